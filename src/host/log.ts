import { redact } from '../errors/index.js';
import { shown } from './shown.js';

export type Level = 'info' | 'warn' | 'error';
type Value = string | number | boolean | null | undefined;

/** One event, one line. Credentials are masked in every value, and what a terminal would obey is shown as an escape. */
export type Log = (level: Level, event: string, fields?: Readonly<Record<string, Value>>) => void;

const clean = (value: Value): Value => (typeof value === 'string' ? redact(value) : value);

/** A value that cannot end the line, or pass for another field. */
const quoted = (value: Value) => {
  const text = String(value);
  return /^[\w.:/@+-]+$/.test(text) ? text : JSON.stringify(text);
};

const formats = {
  json: (time: string, level: Level, event: string, fields: readonly (readonly [string, Value])[]) =>
    JSON.stringify({ time, level, event, ...Object.fromEntries(fields) }),
  pretty: (time: string, level: Level, event: string, fields: readonly (readonly [string, Value])[]) =>
    [time.slice(11, 19), level.padEnd(5), event, ...fields.map(([name, value]) => `${name}=${quoted(value)}`)].join(
      ' ',
    ),
} as const;

export type LogFormat = keyof typeof formats;

export function createLog(format: LogFormat, write: (line: string) => void, now: () => number = Date.now): Log {
  return (level, event, fields = {}) => {
    const given = Object.entries(fields)
      .filter(([, value]) => value !== undefined)
      .map(([name, value]) => [name, clean(value)] as const);
    write(`${shown(formats[format](new Date(now()).toISOString(), level, event, given))}\n`);
  };
}

export const silentLog: Log = () => undefined;
