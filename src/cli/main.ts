import { ConnectorError, type ExitCode, nearest } from '../errors/index.js';
import { version } from '../host/version.js';
import { type Flags, parseArguments } from './arguments.js';
import type { Context } from './context.js';
import { exitCodeOf } from './exit-code.js';
import { fieldHelp } from './field-flags.js';
import { InvalidConnection } from './invalid-connection.js';
import { createTerminal, type Stream } from './terminal.js';

/** Done well, or the exit code with which it reports what it did not do. */
type Command = (context: Context) => Promise<void> | Promise<ExitCode>;

// Loaded when called: `matrix` needs no database driver, `records` no HTTP client.
const commands: Readonly<Record<string, { summary: string; load: () => Promise<Command> }>> = {
  connect: {
    summary: 'check a connection by the rules and against the API',
    load: async () => (await import('./commands/connect.js')).connect,
  },
  sync: {
    summary: "run a sync: sync [runs] [--watch [--every SECONDS]] [--metadata '<json>'] [--reset]",
    load: async () => (await import('./commands/sync.js')).sync,
  },
  records: {
    summary: 'print stored records: records [runs] [--since CURSOR|DATE] [--limit N]',
    load: async () => (await import('./commands/records.js')).records,
  },
  serve: {
    summary: 'serve the form, the pages, the syncs and Nango’s API: serve [--port 4310] [--log json|pretty]',
    load: async () => (await import('./commands/serve.js')).serveHost,
  },
  logs: {
    summary: 'what functions did: logs [EXECUTION] [--connection ID] [--limit N]',
    load: async () => (await import('./commands/logs.js')).logs,
  },
  'rotate-key': {
    summary: 'seal the stored credentials with a new key',
    load: async () => (await import('./commands/rotate-key.js')).rotate,
  },
  actions: {
    summary: 'which actions there are',
    load: async () => (await import('./commands/actions.js')).actions,
  },
  action: {
    summary: "run an action: action <name> --input '<json>' (or --input -); action <name> --help",
    load: async () => (await import('./commands/action.js')).action,
  },
  mcp: {
    summary: 'actions as tools of an agent, over standard input and output: mcp [--read-only]',
    load: async () => (await import('./commands/mcp.js')).mcp,
  },
  matrix: {
    summary: 'which kind of key may call what',
    load: async () => (await import('./commands/matrix.js')).matrix,
  },
  providers: {
    summary: 'the provider entry for a self-hosted Nango: providers [--base FILE | --only] [--with-verification]',
    load: async () => (await import('./commands/providers.js')).providers,
  },
  token: {
    summary: 'token create --read-run ID … [--expires 1hr], or token inspect (reads standard input)',
    load: async () => (await import('./commands/token.js')).token,
  },
  completion: {
    summary: 'a script for your shell: completion bash, zsh or fish',
    load: async () => (await import('./commands/completion.js')).completionOf(Object.keys(commands)),
  },
  export: {
    summary: 'write the functions into your own Nango project: export <folder> [--force]',
    load: async () => (await import('./commands/export.js')).exportIntegration,
  },
  move: {
    summary:
      'move connections to a Nango: move --to URL [--dry-run] [--replace] [--keep-running] [--connection ID]; back: move --from URL',
    load: async () => (await import('./commands/move.js')).move,
  },
};

const help = `trigger-dev-connector <command> [options]

${Object.entries(commands)
  .map(([name, { summary }]) => `  ${name.padEnd(10)} ${summary}`)
  .join('\n')}

Keys come from TRIGGER_SECRET_KEY or TRIGGER_ACCESS_TOKEN, or from standard input with --key-stdin; never as an argument.
${fieldHelp()}
  --store PATH (TRIGGER_CONNECTOR_STORE)       --connection ID
  --json      data and errors as JSON          --help, --version
serve: --host ADDRESS, --public-url URL, --allow-origin ORIGIN (again for more), --webhook-url URL,
  --webhook-unchanged (also for a sync that changed nothing), --new-api-key,
  --concurrency N (syncs that work at a time, 1 to 64; 4 when left out),
  --like-nango (emulate how Nango treats records, metadata, checkpoints and calls),
  --max-records N, --max-bytes N (of each connection: 10,000,000 records and 16 GiB when left out)
move: --local URL (of the local host; http://127.0.0.1:4310 when left out); keys from TRIGGER_CONNECTOR_API_KEY and
  NANGO_SECRET_KEY, or one per line from standard input with --key-stdin; exit code 1 where a connection was refused

Exit codes: 0 ok, 1 unexpected, 2 usage or validation, 3 authentication, 4 not allowed,
5 not found, 6 rate limit or upstream, 130 interrupted.`;

export interface Surroundings {
  readonly env: Context['env'];
  readonly stdout: Stream;
  readonly stderr: Stream;
  readonly readStdin: Context['readStdin'];
  readonly signal: AbortSignal;
}

async function run(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  const { command, flags, operands } = parseArguments(argv);
  const { env, readStdin, signal } = surroundings;
  const stdout = createTerminal(surroundings.stdout, env);
  const stderr = createTerminal(surroundings.stderr, env);
  if (flags.version) {
    stdout.line(version);
    return 0;
  }
  const isAboutAction = command === 'action' && operands.length > 0;
  if ((flags.help && !isAboutAction) || command === undefined) {
    for (const line of help.split('\n')) {
      stdout.line(line);
    }
    return flags.help ? 0 : 2;
  }
  if (!Object.hasOwn(commands, command)) {
    throw new ConnectorError(
      'input_invalid',
      `There is no command of that name${nearest(command, Object.keys(commands))}. There are: ${Object.keys(commands).join(', ')}.`,
    );
  }
  const execute = await commands[command]?.load();
  const code = await execute?.({ env, readStdin, signal, stdout, stderr, flags, operands });
  return code ?? 0;
}

function wantsJson(argv: readonly string[]): Flags['json'] {
  return argv.includes('--json');
}

/** Only messages with lines of our own keep them: in any other a line break may be a server's. */
const linesOf = (error: ConnectorError) =>
  error instanceof InvalidConnection || error.code === 'provider_config_invalid'
    ? error.message.split('\n')
    : [error.message];

/** Runs the CLI; never throws, and returns the exit code. */
export async function main(argv: readonly string[], surroundings: Surroundings): Promise<ExitCode> {
  try {
    return await run(argv, surroundings);
  } catch (error) {
    const { env, signal } = surroundings;
    const known = error instanceof ConnectorError;
    const message = 'Something broke: this is a defect of the connector.';
    if (wantsJson(argv)) {
      createTerminal(surroundings.stdout, env).json({ error: known ? error : { code: 'unexpected', message } });
    } else {
      const stderr = createTerminal(surroundings.stderr, env);
      const [first = '', ...others] = known ? linesOf(error) : [message];
      stderr.line({ style: 'red', text: known ? error.code : 'unexpected' }, `: ${first}`);
      for (const line of others) {
        stderr.line(line);
      }
    }
    return signal.aborted ? 130 : exitCodeOf(error);
  }
}
