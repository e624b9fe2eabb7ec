import { endpointNames, endpoints, supports } from '../../api/index.js';
import type { KeyKind } from '../../connection/index.js';
import { type Context, print } from '../context.js';

const columns: readonly { kind: KeyKind; title: string }[] = [
  { kind: 'root', title: 'secret key' },
  { kind: 'additional', title: 'additional key' },
  { kind: 'pat', title: 'personal access token' },
];

/** Which kind of key may call what, from the endpoint rows. */
export async function matrix(context: Context): Promise<void> {
  const rows = endpointNames.map((name) => ({
    endpoint: name,
    docs: endpoints[name].docs,
    ...Object.fromEntries(columns.map(({ kind }) => [kind, supports(name, kind)])),
  }));
  const table = [
    ['endpoint', ...columns.map(({ title }) => title)],
    ...endpointNames.map((name) => [name, ...columns.map(({ kind }) => (supports(name, kind) ? 'yes' : '-'))]),
  ];
  const widths = table[0]?.map((_, column) => Math.max(...table.map((row) => row[column]?.length ?? 0))) ?? [];
  const lines = table.map((row) =>
    row
      .map((cell, column) => cell.padEnd(widths[column] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  print(context, rows, lines);
}
