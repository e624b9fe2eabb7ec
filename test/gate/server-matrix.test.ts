import { describe, expect, it } from 'vitest';
import { type EndpointName, endpointNames, endpoints } from '../../src/api/index.js';
import type { ErrorCode } from '../../src/errors/index.js';
import { parseResponse } from '../../src/gate/index.js';
import { thrownBy } from './connections.js';
import { asked, type Cell, cellsOf, credentialNames, loadMatrix, matrixFile } from './server-matrix-cells.js';

const rows = loadMatrix();
if (rows === undefined) {
  // biome-ignore lint/suspicious/noConsole: a skipped check must be seen
  console.warn(`SKIPPED server matrix: ${matrixFile} does not exist; set TRIGGER_SERVER_MATRIX to compare with it`);
}

interface Reason {
  readonly why: string;
  readonly code: string;
  holds(cell: Cell): boolean;
}

const isOneOf = (...names: readonly EndpointName[]) => {
  const set = new Set<EndpointName>(names);
  return ({ name }: Cell) => set.has(name);
};
const triggers = isOneOf('tasks.trigger', 'tasks.batchTrigger', 'batch.trigger', 'batch.addItems');
const isVariable = ({ name }: Cell) => name.startsWith('envvars.');
const isTimezones = isOneOf('schedules.timezones');

/** What the server serves and the gate refuses, on purpose. Nothing else may be refused. */
const refused: readonly Reason[] = [
  {
    why: 'anybody may list time zones, without any key; here it takes a key that calls something else too',
    code: 'endpoint_not_allowed',
    holds: (cell) =>
      isTimezones(cell) && ['public key', 'oat', 'uat', 'public token', 'trigger token'].includes(cell.as),
  },
  {
    why: 'a preview key without a branch is no connection: it could call nothing but this',
    code: 'branch_required',
    holds: (cell) => isTimezones(cell) && cell.credential === 'preview, no branch',
  },
  {
    why: 'organisation tokens are refused as credentials: the variables of a whole organisation are too much to hold',
    code: 'endpoint_not_allowed',
    holds: (cell) => cell.as === 'oat' && isVariable(cell),
  },
  {
    why: 'user-actor tokens live for hours and act for a person: no credential to store',
    code: 'endpoint_not_allowed',
    holds: (cell) => cell.as === 'uat' && isOneOf('runs.list', 'projects.list', 'projects.environments')(cell),
  },
  {
    why: 'the server does not compare the environment of the path with that of the key: it would answer for the key’s own',
    code: 'environment_mismatch',
    holds: (cell) => ['root', 'additional'].includes(cell.as) && isVariable(cell),
  },
  {
    why: 'an additional key cannot sign: the server mints for it',
    code: 'endpoint_not_allowed',
    holds: (cell) => cell.as === 'additional' && cell.name === 'tokens.claims',
  },
  {
    why: 'a token that triggers is given as a trigger token',
    code: 'endpoint_not_allowed',
    holds: (cell) => cell.as === 'public token' && triggers(cell),
  },
  {
    why: 'a trigger token does nothing but trigger, whatever else its scopes allow',
    code: 'endpoint_not_allowed',
    holds: (cell) => cell.as === 'trigger token' && !triggers(cell) && !isTimezones(cell),
  },
  {
    why: 'only a secret key may update or close a session: no public token should have the admin scopes for it',
    code: 'endpoint_not_allowed',
    holds: (cell) => cell.as === 'public token' && isOneOf('sessions.update', 'sessions.close')(cell),
  },
];

/** What the gate lets pass and the server refuses, because only the server knows; and what is said then. */
const letThrough: readonly (Reason & { codes: readonly ErrorCode[] })[] = [
  {
    why: 'which project a key belongs to is not written on it',
    code: '400',
    codes: ['project_ref_invalid'],
    holds: (cell) => cell.credential === 'secret other project' && isVariable(cell),
  },
  {
    why: 'which branches exist is only known to the server; older routes do not say that it is the branch',
    code: '401',
    codes: ['branch_not_found', 'unauthorized'],
    holds: (cell) => cell.credential === 'preview + unknown branch',
  },
  {
    why: 'the permissions of an additional key are not written on it; older routes answer as to a wrong key',
    code: '401',
    codes: ['key_lacks_full_access'],
    holds: (cell) => cell.credential === 'additional read:runs (sk)' && endpoints[cell.name].fullAccess === true,
  },
  {
    why: 'the permissions of an additional key are not written on it',
    code: '403',
    codes: ['forbidden'],
    holds: (cell) => cell.credential === 'additional read:runs (sk)' && endpoints[cell.name].fullAccess !== true,
  },
  {
    why: 'scopes are judged by the server, which knows what a run, a task or a tag belongs to',
    code: '403',
    codes: ['forbidden'],
    holds: ({ credential }) => ['JWT []', 'JWT read:all', 'JWT write:all'].includes(credential),
  },
  {
    why: 'whether a token has expired is judged by the clock of the server',
    code: '401',
    codes: ['unauthorized'],
    holds: ({ credential }) => credential === 'JWT admin expired',
  },
];

const shown = ({ as, credential, line, name, refusal, status }: Cell) =>
  `${name} (${line}) with ${credential} as ${as}: server ${status}, here ${refusal ?? 'sent'}`;

describe.skipIf(rows === undefined)('what a real server served', () => {
  const cells = cellsOf(rows ?? []);

  it('was asked for every endpoint but one, and with every credential', () => {
    const lines = new Set((rows ?? []).map(({ method, path }) => `${method} ${path}`));
    expect(Object.keys(asked).filter((line) => !lines.has(line))).toEqual([]);
    expect(lines.size).toBe(87);
    // Nobody can follow a stream in a table of statuses.
    expect(endpointNames.filter((name) => !cells.some((cell) => cell.name === name))).toEqual(['sessions.subscribe']);
    const labels = Object.keys(rows?.[0]?.cells ?? {});
    // Without a key there is no connection.
    expect(labels.filter((label) => !credentialNames.includes(label))).toEqual(['none']);
    expect(labels).toHaveLength(21);
  });

  it.each(Object.keys(asked))('%s is refused here only for a reason', (line) => {
    const disagreements = cells.filter((cell) => cell.line === line && cell.served && cell.refusal !== undefined);
    const unexplained = disagreements.filter(
      (cell) => refused.filter((reason) => reason.holds(cell) && reason.code === cell.refusal).length !== 1,
    );
    expect(unexplained.map(shown)).toEqual([]);
  });

  it.each(Object.keys(asked))('%s is sent in vain only for a reason, which the error says', (line) => {
    const disagreements = cells.filter((cell) => cell.line === line && !cell.served && cell.refusal === undefined);
    for (const cell of disagreements) {
      const reasons = letThrough.filter((reason) => reason.holds(cell) && reason.code === String(cell.status));
      expect([shown(cell), reasons.length]).toEqual([shown(cell), 1]);
      const { connection, error, name, status } = cell;
      const said = thrownBy(() =>
        parseResponse(
          endpoints[name],
          { status, headers: {}, body: { error } },
          connection === undefined ? {} : { connection },
        ),
      ) as { code: ErrorCode; message: string };
      expect(reasons[0]?.codes).toContain(said.code);
      if (cell.credential === 'preview + unknown branch') {
        expect(said.message).toContain('does not exist or is archived');
      }
    }
  });

  it('needs every reason', () => {
    const refusals = cells.filter(({ refusal, served }) => served && refusal !== undefined);
    expect(refused.filter((reason) => !refusals.some((cell) => reason.holds(cell)))).toEqual([]);
    const attempts = cells.filter(({ refusal, served }) => !served && refusal === undefined);
    expect(letThrough.filter((reason) => !attempts.some((cell) => reason.holds(cell)))).toEqual([]);
  });

  it('is the same here in most cells', () => {
    const agreed = cells.filter(({ refusal, served }) => served === (refusal === undefined)).length;
    expect(cells.length).toBeGreaterThan(1_000);
    expect(agreed / cells.length).toBeGreaterThan(0.8);
  });
});
