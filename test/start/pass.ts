import { endpoints } from '../../src/api/index.js';
import { countsText, progressText } from '../../src/cli/sync-line.js';
import { createTerminal, type Stream } from '../../src/cli/terminal.js';
import { verifyConnection } from '../../src/client/index.js';
import { type Connection, parseConnection } from '../../src/connection/index.js';
import { ConnectorError } from '../../src/errors/index.js';
import { buildRequest } from '../../src/gate/index.js';
import type { Host, SyncOutcome } from '../../src/host/index.js';
import type { Target } from './target.js';

export interface PassOptions {
  readonly target: Target;
  readonly host: Host;
  readonly out: Stream;
  readonly err: Stream;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly signal: AbortSignal;
}

const number = (value: number) => value.toLocaleString('en');

/** The main job, step by step, each said as it happens. Returns the id of the connection that was synced. */
export async function runPass({ env, err, host, out, signal, target }: PassOptions): Promise<void> {
  const terminal = createTerminal(out, env);
  const step = (text: string) => {
    terminal.line();
    terminal.line({ style: 'bold', text });
  };
  const good = (text: string) => terminal.line('  ', { style: 'green', text: '✓' }, ` ${text}`);
  const bad = (text: string) => terminal.line('  ', { style: 'yellow', text: '✗' }, ` ${text}`);
  const note = (text: string) => terminal.line('    ', { style: 'dim', text });

  step('1. Validate connections');
  for (const { connection, label } of target.connections) {
    good(`${label}: ${describe(connection)}`);
  }
  refusedForm().forEach(bad);

  step('2. Verify them against the API');
  for (const { connection, label } of target.connections) {
    const verdict = await verifyConnection(connection, { signal });
    if (verdict.status === 'rejected' || verdict.status === 'unverifiable') {
      throw new ConnectorError(verdict.code ?? 'unauthorized', `${label}: ${verdict.message}`);
    }
    good(`${label}: ${verdict.status}. ${verdict.message}`);
  }

  const [first] = target.connections;
  if (first === undefined) {
    throw new ConnectorError('key_required');
  }
  const { id } = host.connect(first.connection);
  for (const { connection } of target.connections.slice(1)) {
    host.connect(connection);
  }
  const sync = async () => {
    const progress = createTerminal(err, env).progress();
    const startedAt = Date.now();
    try {
      return await host.runSync(id, 'runs', {
        signal,
        onProgress: (state) => progress.update(progressText(state, Date.now() - startedAt), state.done),
      });
    } finally {
      progress.end();
    }
  };
  const report = (outcome: SyncOutcome) => {
    good(`${countsText(outcome)} in ${outcome.finishedAt - outcome.startedAt} ms`);
    note(`${number(host.store.countRecords(id, 'Run'))} records of connection ${id} in the store`);
  };

  step('3. Sync runs into the record store (compiled Nango function)');
  report(await sync());

  step('4. Trigger a task, sync again');
  if (target.task === undefined) {
    note('skipped: your own project is only read. Give --task <id> to trigger one.');
  } else {
    const { taskId, run } = await trigger(host, id, target.task, signal);
    good(`trigger-task ${taskId}: ${run}`);
    const outcome = await sync();
    report(outcome);
    const arrived = host.store
      .latestRecords(id, 'Run', { limit: outcome.added })
      .some(({ body }) => body['id'] === run);
    (arrived ? good : bad)(arrived ? `${run} arrived as an added record` : `${run} has not arrived yet`);
  }

  step('5. Try what a personal access token may not call');
  const before = target.requests();
  bad(refusedCall(target));
  const after = target.requests();
  note(before === undefined ? 'refused before any request' : `requests at the API: ${before} before, ${after} after`);
}

function describe({ baseUrl, environment, key, projectRef }: Connection): string {
  return [`${key}`, environment, projectRef, baseUrl].filter(Boolean).join(', ');
}

/** Looks like a token and is none: parts of what the form refuses are shown with it. */
const madeUpToken = `tr_pat_${'example'.repeat(6)}`.slice(0, 47);

function refusedForm(): string[] {
  const parsed = parseConnection({ apiKey: madeUpToken, environment: 'production-eu', previewBranch: 'refs/heads/x' });
  return parsed.ok ? [] : parsed.issues.map(({ code, field, message }) => `${field}: ${message} (${code})`);
}

async function trigger(
  host: Host,
  id: string,
  task: string,
  signal: AbortSignal,
): Promise<{ taskId: string; run: string }> {
  const output = await host.runAction(id, 'trigger-task', { taskId: task, payload: { from: 'npm start' } }, { signal });
  return { taskId: task, run: (output as { id: string }).id };
}

function refusedCall({ connections }: Target): string {
  const own = connections.find(({ connection }) => connection.kind === 'pat')?.connection;
  const made = own === undefined ? parseConnection({ apiKey: madeUpToken, projectRef: 'proj_example' }) : undefined;
  const connection = own ?? (made?.ok ? made.connection : undefined);
  try {
    if (connection !== undefined) {
      buildRequest(connection, endpoints['runs.retrieve'], { runId: 'run_example' });
    }
    return 'it was not refused: this is a defect';
  } catch (error) {
    return error instanceof ConnectorError ? `${error.message} (${error.code})` : String(error);
  }
}
