import { type Field, type FieldTable, type FlagName, fields } from '../connection/index.js';

type FieldFlags = { readonly [Name in FlagName]: { readonly type: 'string' } };

const flagged = ({ all }: FieldTable) =>
  all.flatMap(({ flag, variable }) => (flag === undefined ? [] : [{ flag, variable }]));

/** The flags of the fields, as `parseArgs` takes them. */
export const fieldFlags = (table: FieldTable = fields): FieldFlags =>
  Object.fromEntries(flagged(table).map(({ flag: [name] }) => [name, { type: 'string' }])) as unknown as FieldFlags;

/** What the flag of a field says. */
export const flagOf =
  (flags: Readonly<Record<string, unknown>>) =>
  ({ flag }: Field): string | undefined =>
    flag === undefined ? undefined : (flags[flag[0]] as string | undefined);

/** The flags of the fields and their variables, two a line. */
export function fieldHelp(table: FieldTable = fields): string {
  const texts = flagged(table).map(({ flag: [name, value], variable }) => `--${name} ${value} (${variable})`);
  const lines = texts.flatMap((text, at) => (at % 2 === 0 ? [[text, texts[at + 1] ?? '']] : []));
  return lines.map(([left = '', right = '']) => `  ${left.padEnd(45)}${right}`.trimEnd()).join('\n');
}
