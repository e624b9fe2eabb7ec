// The sandbox answers `crypto`, not `node:crypto`.

import { createHash, createHmac } from 'crypto';
import type { EnvironmentVariable, EnvVar } from '../../api/index.js';
import { envvarsList } from '../../api/index.js';
import { branchIn } from '../../connection/index.js';
import type { NangoSync } from '../nango.js';
import { runSync } from './calls.js';
import type { Part } from './checkpoint.js';
import { type Clock, realClock } from './pace.js';
import { targetsOf } from './runs.js';
import { beginSnapshot } from './snapshot-checkpoint.js';

/** What an environment variable is of. */
interface Place {
  readonly projectRef: string;
  readonly environment: string;
  readonly previewBranch?: string | undefined;
}

/** Nango's limit for the id of a record. */
const longestId = 255;

function idOf({ environment, previewBranch, projectRef }: Place, name: string): string {
  const id = `${projectRef}/${environment}${previewBranch === undefined ? '' : `@${previewBranch}`}/${name}`;
  if (id.length <= longestId) {
    return id;
  }
  // Half a character pair at the cut could not be stored.
  const start = id.slice(0, 180).replace(/[\uD800-\uDBFF]$/, '');
  return `${start}~${createHash('sha256').update(id).digest('hex')}`;
}

/** A variable as a record: never the value of a secret, any other only when it was asked for. */
function recordOf(
  place: Place,
  { isSecret, name, value }: EnvironmentVariable,
  { includeValues, salt }: { includeValues: boolean; salt: string },
): EnvVar {
  const id = idOf(place, name);
  const shown = includeValues
    ? { value }
    : { valueHash: createHmac('sha256', salt).update(`${id}\n${value}`).digest('hex').slice(0, 32) };
  const { previewBranch, ...rest } = place;
  return {
    id,
    ...rest,
    ...(previewBranch !== undefined && { previewBranch }),
    name,
    isSecret,
    ...(!isSecret && shown),
  };
}

/** Environment variables as records: all are read each time, and one that is gone is deleted. */
export async function syncEnvVars(nango: NangoSync, clock: Clock = realClock): Promise<void> {
  await runSync(nango, clock, async (context) => {
    const { ask, connection, metadata } = context;
    const snapshot = await beginSnapshot(nango, context, { isInPath: true });
    const { projectRef = '' } = snapshot.connection;
    const options = { includeValues: metadata.includeValues === true, salt: snapshot.salt };
    const records: EnvVar[] = [];
    for (const { environment, name } of targetsOf(connection, metadata)) {
      const variables = await ask(envvarsList, {
        ...(projectRef !== '' && { projectRef }),
        ...(environment !== undefined && { environment }),
      });
      const place = { projectRef, environment: name, previewBranch: branchOf(connection.previewBranch, name) };
      for (const variable of variables) {
        records.push(recordOf(place, variable, options));
      }
    }
    await snapshot.save('EnvVar', records);
  });
}

/** The branch of a connection is one of preview, or of dev. */
const branchOf = (branch: string | undefined, environment: Part) =>
  environment === 'preview' || environment === 'dev' ? branchIn(environment, branch) : undefined;
