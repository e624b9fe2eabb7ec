import { html } from 'hono/html';
import { type ConnectField, type ConnectionPolicy, connectForm, type FieldName } from '../../connection/index.js';
import { type Html, layout } from './layout.js';

export interface ConnectPage {
  /** What was typed, to be shown again; never the key. */
  readonly values?: Readonly<Partial<Record<FieldName, string>>>;
  readonly issues?: readonly { readonly field: string; readonly message: string }[];
  /** Why the API did not accept the connection. */
  readonly refusal?: string;
  /** Kept from request to request: the session, or the connection whose key is replaced. */
  readonly query?: string;
  /** The connection whose key is replaced. */
  readonly replaces?: string | undefined;
  /** So that the element's live messages say what the server will. */
  readonly policy?: ConnectionPolicy;
}

function control(field: ConnectField, value: string, aria: Html): Html {
  if (field.enum !== undefined) {
    const options = ['', ...field.enum].map(
      (name) =>
        html`<option value="${name}" ${name === value ? html`selected` : ''}>${name === '' ? '—' : name}</option>`,
    );
    return html`<select id="${field.name}" name="${field.name}" ${aria}>${options}</select>`;
  }
  if (field.secret) {
    return html`<input id="${field.name}" name="${field.name}" type="password" autocomplete="off" spellcheck="false" required placeholder="${field.example}" ${aria}>`;
  }
  return html`<input id="${field.name}" name="${field.name}" value="${value}" autocomplete="off" spellcheck="false" autocapitalize="none" placeholder="${field.example}" ${aria}>`;
}

function fieldBlock(field: ConnectField, { values = {}, issues = [] }: ConnectPage): Html {
  const issue = issues.find((candidate) => candidate.field === field.name);
  const firstWrong = connectForm.fields.find(({ name }) => issues.some((candidate) => candidate.field === name));
  const described = `${field.name}-help${issue === undefined ? '' : ` ${field.name}-error`}`;
  const invalid = issue && html`aria-invalid="true" ${field === firstWrong ? 'autofocus' : ''}`;
  const aria = html`aria-describedby="${described}" ${invalid ?? ''}`;
  const error = issue && html`<p class="error" id="${field.name}-error">${issue.message}</p>`;
  return html`<div class="field">
<label for="${field.name}">${field.title} ${field.optional ? html`<span class="optional">optional</span>` : ''}</label>
<p class="help" id="${field.name}-help">${field.description}</p>
${control(field, values[field.name] ?? '', aria)}
${error ?? ''}</div>`;
}

const keeps = html`<p class="notice">The new key is sent to the host, project, environment and branch below. Records stay where the new key is of the same project, environment and branch. With a key of another one, the records of this connection are deleted.</p>`;

const sessionOnly = (query: string) => (query.startsWith('?session_token') ? query : '');

/** The connect form, made from the provider config. Without script the form inside the element works alone. */
export function connectPage(page: ConnectPage = {}): Html {
  const { issues = [], policy = {}, query = '', refusal, replaces } = page;
  const allowed = html`${policy.allowHttp ? 'allow-http' : ''} ${policy.allowPrivateHosts ? 'allow-private-hosts' : ''} ${policy.allowUnknownKey ? 'allow-unknown-key' : ''}`;
  const known = new Set<string>(connectForm.fields.map((field) => field.name));
  const others = issues.filter((issue) => !known.has(issue.field));
  const count = issues.length === 1 ? 'One field needs attention.' : `${issues.length} fields need attention.`;
  const summary =
    issues.length === 0
      ? ''
      : html`<p class="notice bad" role="alert">${count} ${others.map((issue) => issue.message).join(' ')}</p>`;
  const refused = refusal && html`<p class="notice bad" role="alert">${refusal}</p>`;
  return layout(
    'Connect',
    html`<h1>${replaces === undefined ? 'Connect' : 'Replace the key'}</h1>
${replaces === undefined ? '' : keeps}${summary}${refused ?? ''}
<trigger-dev-connect action="/connect${query}" environments-action="/connect/environments${sessionOnly(query)}" docs="/guide" ${allowed}>
<form class="connect" method="post" action="/connect${query}">
${connectForm.fields.map((field) => fieldBlock(field, page))}
<button type="submit">Check and connect</button>
</form>
</trigger-dev-connect>
<script type="module" src="/connect.js"></script>`,
    { forOperator: !query.startsWith('?session_token') },
  );
}
