import { ConnectorError, nearest } from '../../errors/index.js';
import { actionCatalogue, type CatalogueEntry, type JsonSchema } from '../../host/catalogue.js';
import { type Context, print } from '../context.js';

/** An action of the catalogue, or an error that names the nearest. */
export async function actionNamed(name: string): Promise<CatalogueEntry> {
  const entries = await actionCatalogue();
  const found = entries.find((entry) => entry.name === name);
  if (found === undefined) {
    const names = entries.map((entry) => entry.name);
    throw new ConnectorError(
      'not_found',
      `There is no action of that name${nearest(name, names)}. List them: trigger-dev-connector actions`,
    );
  }
  return found;
}

const effect = ({ destructive, readOnly }: CatalogueEntry) => (readOnly ? 'reads' : destructive ? 'changes' : 'adds');

/** Every action: what it does, and whether it reads, adds or changes. */
export async function actions(context: Context): Promise<void> {
  const entries = await actionCatalogue();
  const list = entries.map(({ input: _, output: __, ...entry }) => entry);
  const lines = entries.map((entry) => `${entry.name.padEnd(22)} ${effect(entry).padEnd(8)} ${entry.description}`);
  print(context, list, lines);
}

type Field = {
  readonly type?: string;
  readonly description?: string;
  readonly enum?: readonly unknown[];
  readonly anyOf?: readonly Field[];
};

const typeOf = ({ anyOf, enum: values, type }: Field): string =>
  values?.join('|') ?? type ?? (anyOf === undefined ? 'any' : [...new Set(anyOf.map(typeOf))].join('|'));

function fieldsOf({ properties, required }: JsonSchema): string[] {
  const needed = new Set(Array.isArray(required) ? (required as string[]) : []);
  return Object.entries((properties ?? {}) as Record<string, Field>).map(([name, field]) => {
    const left = `  ${name}${needed.has(name) ? '' : '?'}`;
    return `${left.padEnd(20)} ${typeOf(field).padEnd(16)} ${field.description ?? ''}`.trimEnd();
  });
}

/** `action <name> --help`: what its input takes, from its schema. */
export async function actionHelp(context: Context, name: string): Promise<void> {
  const entry = await actionNamed(name);
  const fields = fieldsOf(entry.input);
  const lines = [
    `trigger-dev-connector action ${name} --input '<json>'`,
    '',
    `${entry.description} ${entry.docs}`,
    '',
    ...(fields.length === 0 ? ['It takes no input.'] : ['Input (? may be left out):', ...fields]),
  ];
  print(context, { ...entry }, lines);
}
