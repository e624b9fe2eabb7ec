// The sandbox answers `crypto`, not `node:crypto`.
import { createHmac } from 'crypto';
import { checkProject, envvarsList, targetFor } from '../../api/index.js';
import { type Connection, type FieldTable, fieldOfPlace, fields, placeOf } from '../../connection/index.js';
import { ConnectorError, type ErrorCode } from '../../errors/index.js';
import type { Ask } from '../../gate/index.js';
import { mismatch } from './checkpoint.js';

// A restricted key may not ask, an older server does not answer, and a key of an unknown family may name no environment.
const unanswered: ReadonlySet<ErrorCode> = new Set([
  'project_ref_required',
  'key_lacks_full_access',
  'not_found',
  'server_too_old',
  'environment_required',
]);

const noteOf = (connection: Connection, isChecked: boolean) =>
  isChecked
    ? createHmac('sha256', connection.key.reveal()).update('checked for this key').digest('hex').slice(0, 8)
    : 'unchecked';

/** Splits off what a fingerprint says besides the place; an older one says nothing. */
function readFingerprint(fingerprint: string): { place: string; note: string } {
  const [place = '', note = ''] = fingerprint.split(' | ');
  return { place, note };
}

export interface Identity {
  /** Whose data this is: the API, project, environment and branch, and for which key that was checked. */
  readonly fingerprint: string;
  readonly connection: Connection;
}

/**
 * Whose data a sync reads, before any of it is stored. The server is asked once for each key: which project it is of,
 * where the connection does not say so, or whether it is the one that the connection names (`project_not_found`). A key
 * that may not ask is noted as unchecked. With `isInPath` each request names the project, so that the server compares it
 * itself; as with a token. Throws `checkpoint_mismatch` where `stored` is of another place.
 */
export async function identityOf(
  connection: Connection,
  ask: Ask,
  stored: string | undefined,
  { isInPath = connection.kind === 'pat', table = fields }: { isInPath?: boolean; table?: FieldTable } = {},
): Promise<Identity> {
  const known = stored === undefined ? undefined : readFingerprint(stored);
  const checkedNote = noteOf(connection, true);
  if (known?.note === checkedNote) {
    // Of the same key, so of the same project.
    const projectRef = connection.projectRef ?? fieldOfPlace(known.place, 'projectRef', table);
    const same = projectRef === undefined ? connection : { ...connection, projectRef };
    return compared({ connection: same, place: placeOf(same, table) }, checkedNote, known.place);
  }
  let isChecked = isInPath;
  let target = connection;
  if (isInPath) {
    target = await targetFor(connection, envvarsList, {}, ask);
  } else {
    try {
      target = await targetFor(connection, envvarsList, {}, ask);
      isChecked = target !== connection || (await checkProject(connection, ask)).checked;
    } catch (error) {
      if (!(error instanceof ConnectorError) || !unanswered.has(error.code)) {
        throw error;
      }
    }
  }
  return compared({ connection: target, place: placeOf(target, table) }, noteOf(connection, isChecked), known?.place);
}

function compared(
  { connection, place }: { connection: Connection; place: string },
  note: string,
  known: string | undefined,
): Identity {
  if (known !== undefined && known !== place) {
    throw mismatch('belongs to another project, environment or branch');
  }
  return { connection, fingerprint: `${place} | ${note}` };
}
