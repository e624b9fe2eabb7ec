import { type EndpointName, endpointNames, endpoints, supports } from '../api/index.js';
import { connectForm, type KeyKind } from '../connection/index.js';
import { type CodeRow, errorCodes } from '../errors/index.js';
import { actionFacts } from './action-table.js';
import type { FunctionSource } from './functions.js';
import { columns, connectable, unrestrictedOnly } from './key-kinds.js';

const table = (rows: readonly (readonly string[])[]) => {
  const [head = [], ...body] = rows;
  return [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
};

function mark(name: EndpointName, kind: KeyKind): string {
  if (!supports(name, kind)) {
    return '';
  }
  return unrestrictedOnly(name, kind) ? 'unrestricted only' : '✅';
}

function matrix(): string {
  return table([
    ['Endpoint', ...columns.map(({ title }) => title)],
    ...endpointNames.map((name) => [
      `[\`${name}\`](${endpoints[name].docs})`,
      ...columns.map(({ kind }) => mark(name, kind)),
    ]),
  ]);
}

function fields(): string {
  return table([
    ['Field', 'Title', 'Needed', 'What it is'],
    ...connectForm.fields.map((field) => [
      `\`${field.name}\``,
      field.title,
      field.optional ? '' : 'always',
      `${field.description}${field.enum ? ` One of ${field.enum.map((name) => `\`${name}\``).join(', ')}.` : ''}`,
    ]),
  ]);
}

/** Every message of the rule table, by field in the order of the form; a field is named once. */
function messages(): string {
  const rows = connectForm.fields.flatMap((field) =>
    connectForm.rules
      .filter((rule) => rule.field === field.name)
      .map(({ code, message, severity }, index) => [
        index === 0 ? `**${field.title}**` : '',
        message,
        `\`${code}\`${severity === undefined ? '' : ` (${severity})`}`,
      ]),
  );
  return table([['Field', 'Message', 'Code'], ...rows]);
}

function actions(functions: readonly FunctionSource[]): string {
  return table([
    ['Action', 'What it does', ...connectable.map(({ title }) => title), 'Repeated'],
    ...actionFacts(functions).map(({ description, endpoint, name, repeated }) => [
      `[\`${name}\`](${endpoints[endpoint].docs})`,
      // Which key it needs is said by the columns.
      description.replace(/ Needs an? [^.]*\./, ''),
      ...connectable.map(({ kind }) => mark(endpoint, kind)),
      repeated,
    ]),
  ]);
}

function syncs(functions: readonly FunctionSource[]): string {
  return table([
    ['Sync', 'Record', 'Runs', 'What it stores'],
    ...functions
      .filter(({ kind }) => kind === 'syncs')
      .map(({ definition, name }) => [
        `\`${name}\``,
        Object.keys(definition.models ?? {})
          .map((model) => `[\`${model}\`](../schemas/models/${model}.json)`)
          .join(', '),
        `${definition.frequency}${definition.autoStart === false ? ', once started' : ''}`,
        definition.description,
      ]),
  ]);
}

/** The same for all syncs. */
function metadata(functions: readonly FunctionSource[]): string {
  const shape = functions.find(({ definition }) => definition.metadata !== undefined)?.definition.metadata?.shape ?? {};
  return table([
    ['Key', 'What it does'],
    ...Object.entries(shape).map(([key, { description }]) => [`\`${key}\``, description ?? '']),
  ]);
}

const concerns: Readonly<Record<CodeRow['concern'], string>> = {
  connection: 'The connection: its key, project ref, environment, base URL or branch',
  permission: 'What the key may do',
  call: 'The call',
  token: 'A public token',
  server: 'Trigger.dev, or the way to it',
  operator: 'The local host, its store and its configuration',
};

const retries: Readonly<Record<CodeRow['retry'], string>> = { now: 'yes', later: 'later', never: 'no' };

function errors(): string {
  const entries: [string, CodeRow][] = Object.entries(errorCodes);
  return Object.entries(concerns)
    .map(([name, title]) => {
      const rows = entries
        .filter(([, { concern }]) => concern === name)
        .map(([code, { exit, hint, retry, status }]) => [`\`${code}\``, hint, retries[retry], `${status}`, `${exit}`]);
      return `### ${title}\n\n${table([['Code', 'Next step', 'Retry', 'HTTP', 'Exit'], ...rows])}`;
    })
    .join('\n\n');
}

const sections: Readonly<Record<string, (functions: readonly FunctionSource[]) => string>> = {
  matrix,
  fields,
  messages,
  actions,
  syncs,
  metadata,
  errors,
};

/** Fills the generated sections of a Markdown page; the rest stays as it is. */
export function fillReadme(page: string, functions: readonly FunctionSource[]): string {
  return page.replace(
    /(<!-- generated:(\w+) -->\n)[\s\S]*?(<!-- \/generated -->)/g,
    (whole, start: string, name: string, end: string) => {
      const section = Object.hasOwn(sections, name) ? sections[name] : undefined;
      return section === undefined ? whole : `${start}${section(functions)}\n${end}`;
    },
  );
}
