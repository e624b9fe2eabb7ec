import { ConnectorError, type ExitCode } from '../../errors/index.js';
import { isLoopback } from '../../host/http/server.js';
import { shown } from '../../host/shown.js';
import { type Context, print } from '../context.js';
import { exitCodeOf } from '../exit-code.js';
import { type Moved, moveOne } from '../move/move-one.js';
import { Side } from '../move/side.js';
import { checkTarget, connectionIds } from '../move/target.js';

const usualHost = 'http://127.0.0.1:4310';
const variables = { host: 'TRIGGER_CONNECTOR_API_KEY', nango: 'NANGO_SECRET_KEY' } as const;
type Name = keyof typeof variables;

const wrong = (field: string, message: string) => new ConnectorError('input_invalid', message, { field });

/** An address that keys may be sent to. */
function addressOf(field: string, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/.test(url.protocol) || url.username || url.password || url.search || url.hash) {
    throw wrong(field, `--${field} must be an address, such as https://api.nango.dev`);
  }
  if (url.protocol === 'http:' && !isLoopback(url.hostname.replace(/^\[|\]$/g, ''))) {
    throw wrong(field, `--${field} must start with https://: the keys of all connections go there.`);
  }
  return `${url.origin}${url.pathname.replace(/\/$/, '')}`;
}

/** The two keys: of each variable, or a line each from standard input for those that are not set. */
async function keysOf({ env, flags, readStdin }: Context): Promise<Record<Name, string>> {
  const lines = flags['key-stdin'] ? (await readStdin()).split(/\r?\n/).map((line) => line.trim()) : [];
  const given = lines.filter((line) => line !== '');
  const key = (name: Name): string => {
    const found = env[variables[name]] || given.shift();
    if (!found) {
      const message = `The key of ${name === 'host' ? 'the local host' : 'Nango'} is missing: set ${variables[name]}, or pass --key-stdin and one line per key, the one of the local host first.`;
      throw wrong('apiKey', message);
    }
    if (!/^[\x21-\x7e]+$/.test(found)) {
      const message = `The key ${variables[name]} holds a space or a character outside ASCII. Copy it again.`;
      throw wrong('apiKey', message);
    }
    return found;
  };
  return { host: key('host'), nango: key('nango') };
}

interface Direction {
  readonly from: Name;
  readonly to: Name;
  readonly urls: Readonly<Record<Name, string>>;
}

function directionOf({ flags, operands }: Context): Direction {
  if (operands.length > 0 || (flags.to === undefined) === (flags.from === undefined)) {
    throw wrong(
      'to',
      'Say where to: move --to https://api.nango.dev, or back to the local host: move --from https://api.nango.dev',
    );
  }
  const host = addressOf('local', flags.local ?? usualHost);
  return flags.to === undefined
    ? { from: 'nango', to: 'host', urls: { host, nango: addressOf('from', flags.from ?? '') } }
    : { from: 'host', to: 'nango', urls: { host, nango: addressOf('to', flags.to) } };
}

const colours = { refused: 'red', incomplete: 'red', 'left alone': 'yellow' } as const;

/** Moves the connections of the local host to a Nango, or back, one at a time; what was moved before stays as it is. */
export async function move(context: Context): Promise<ExitCode> {
  const { flags, signal, stderr, stdout } = context;
  const { from: source, to: target, urls } = directionOf(context);
  const keys = await keysOf(context);
  const sideOf = (name: Name) => {
    const called = name === 'host' ? 'The local host' : 'Nango';
    return new Side({ name: called, url: urls[name], key: keys[name], variable: variables[name], signal });
  };
  const from = sideOf(source);
  const to = sideOf(target);
  const keepRunning = flags['keep-running'] === true;
  const { isNango } = await checkTarget(to, !keepRunning);
  const all = await connectionIds(from);
  const ids = all.filter((id) => flags.connection === undefined || id === flags.connection);
  if (flags.connection !== undefined && ids.length === 0) {
    throw new ConnectorError('connection_not_found', `There is no connection of that id at ${from.url}.`);
  }
  const options = {
    from,
    to,
    isForNango: target === 'nango',
    isNango,
    dryRun: flags['dry-run'] === true,
    replace: flags.replace === true,
    keepRunning,
    signal,
  };
  const width = Math.max(10, ...ids.map((id) => shown(id).length));
  const done: Moved[] = [];
  const count = (outcome: Moved['outcome']) => done.filter((moved) => moved.outcome === outcome).length;
  const tell = (error?: unknown) => {
    const counts = [...new Set(done.map(({ outcome }) => outcome))].map((outcome) => `${count(outcome)} ${outcome}`);
    const left = done.length < ids.length ? [`${ids.length - done.length} not finished`] : [];
    const summary = ids.length === 0 ? `There is no connection at ${from.url}.` : [...counts, ...left].join(', ');
    print(context, { from: from.url, to: to.url, connections: done, error }, [summary]);
  };
  try {
    for (const id of ids) {
      const moved = await moveOne(options, id);
      done.push(moved);
      const text = moved.outcome.padEnd(13);
      const style = colours[moved.outcome as keyof typeof colours];
      const outcome = style ? { style, text } : text;
      // As it goes: a move that is stopped has said how far it came.
      (flags.json ? stderr : stdout).line(`${shown(id).padEnd(width)}  `, outcome, `  ${moved.notes.join('; ')}`);
    }
  } catch (error) {
    tell(error);
    // As JSON one document holds both.
    if (flags.json) {
      return exitCodeOf(error);
    }
    throw error;
  }
  tell();
  return count('refused') + count('incomplete') > 0 ? 1 : 0;
}
