import { parseArgs } from 'node:util';
import { ConnectorError, nearest } from '../errors/index.js';
import { fieldFlags } from './field-flags.js';

const flags = {
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
  version: { type: 'boolean', short: 'v' },
  'key-stdin': { type: 'boolean' },
  ...fieldFlags(),
  store: { type: 'string' },
  connection: { type: 'string' },
  input: { type: 'string' },
  limit: { type: 'string' },
  reset: { type: 'boolean' },
  watch: { type: 'boolean' },
  every: { type: 'string' },
  metadata: { type: 'string' },
  since: { type: 'string' },
  base: { type: 'string' },
  only: { type: 'boolean' },
  'with-verification': { type: 'boolean' },
  force: { type: 'boolean' },
  to: { type: 'string' },
  from: { type: 'string' },
  local: { type: 'string' },
  'dry-run': { type: 'boolean' },
  replace: { type: 'boolean' },
  'keep-running': { type: 'boolean' },
  expires: { type: 'string' },
  'multiple-use': { type: 'boolean' },
  port: { type: 'string' },
  host: { type: 'string' },
  'public-url': { type: 'string' },
  'allow-origin': { type: 'string', multiple: true },
  log: { type: 'string' },
  concurrency: { type: 'string' },
  'webhook-url': { type: 'string' },
  'webhook-unchanged': { type: 'boolean' },
  'read-only': { type: 'boolean' },
  'new-api-key': { type: 'boolean' },
  'like-nango': { type: 'boolean' },
  'max-records': { type: 'string' },
  'max-bytes': { type: 'string' },
  'read-run': { type: 'string', multiple: true },
  'read-task': { type: 'string', multiple: true },
  'read-tag': { type: 'string', multiple: true },
  'read-batch': { type: 'string', multiple: true },
  'read-session': { type: 'string', multiple: true },
  'write-session': { type: 'string', multiple: true },
  'trigger-task': { type: 'string', multiple: true },
  'batch-trigger-task': { type: 'string', multiple: true },
} as const;

export const flagNames = Object.keys(flags);

export type Flags = ReturnType<typeof parse>['values'];

function parse(argv: readonly string[]) {
  return parseArgs({ args: [...argv], options: flags, allowPositionals: true, strict: true });
}

/** Command, operands and flags. An unknown flag, or a key among the arguments, is refused. */
export function parseArguments(argv: readonly string[]): {
  command: string | undefined;
  operands: string[];
  flags: Flags;
} {
  if (argv.some((argument) => /(?:^|=)(?:(?:tr|pk)_[a-z]+_\w{8,}|eyJ[\w-]+\.)/.test(argument))) {
    throw new ConnectorError(
      'input_invalid',
      'A key must not be an argument: other users and the shell history can read it. Set TRIGGER_SECRET_KEY or TRIGGER_ACCESS_TOKEN, or pipe it in with --key-stdin. Rotate the key that was just shown.',
      { field: 'apiKey' },
    );
  }
  try {
    const { positionals, values } = parse(argv);
    const [command, ...operands] = positionals;
    return { command, operands, flags: values };
  } catch (error) {
    // parseArgs names the flag in its first sentence; the rest is advice about its own syntax.
    const [reason = ''] = (error instanceof Error ? error.message : '').split('. ');
    const [, unknown] = /^Unknown option '--([\w-]+)'/.exec(reason) ?? [];
    const hint = unknown === undefined ? '' : nearest(unknown, flagNames);
    throw new ConnectorError('input_invalid', `${reason}${hint}. See trigger-dev-connector --help.`);
  }
}

/** A whole number from a flag. */
export function numberFlag(
  name: string,
  value: string | undefined,
  { min, max, otherwise }: { min: number; max: number; otherwise: number },
): number {
  if (value === undefined) {
    return otherwise;
  }
  const number = Number(value);
  if (!/^\d{1,15}$/.test(value) || number < min || number > max) {
    throw new ConnectorError('input_invalid', `--${name} must be a whole number from ${min} to ${max}.`, {
      field: name,
    });
  }
  return number;
}
