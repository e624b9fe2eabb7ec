import { connectForm, type KeyKind } from '../connection/index.js';
import { type EndpointName, endpointNames, endpoints, supports } from '../endpoints/index.js';

const table = (rows: readonly (readonly string[])[]) => {
  const [head = [], ...body] = rows;
  return [head, head.map(() => '---'), ...body].map((row) => `| ${row.join(' | ')} |`).join('\n');
};

const columns: readonly { kind: KeyKind; title: string }[] = [
  { kind: 'root', title: 'Secret key' },
  { kind: 'additional', title: 'Additional key' },
  { kind: 'pat', title: 'Personal access token' },
  { kind: 'publicAccessToken', title: 'Public access token' },
  { kind: 'triggerToken', title: 'Trigger token' },
];

/** A restricted additional key is refused by the older routes as a wrong key is. */
function mark(name: EndpointName, kind: KeyKind): string {
  if (!supports(name, kind)) {
    return '';
  }
  return kind === 'additional' && endpoints[name].fullAccess === true ? 'unrestricted only' : '✅';
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

const sections: Readonly<Record<string, () => string>> = { matrix, fields, messages };

/** Fills the generated sections of a Markdown page; the rest stays as it is. */
export function fillReadme(page: string): string {
  return page.replace(
    /(<!-- generated:(\w+) -->\n)[\s\S]*?(<!-- \/generated -->)/g,
    (whole, start: string, name: string, end: string) => {
      const section = Object.hasOwn(sections, name) ? sections[name] : undefined;
      return section === undefined ? whole : `${start}${section()}\n${end}`;
    },
  );
}
