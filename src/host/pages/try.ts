import { html } from 'hono/html';
import type { CatalogueEntry, JsonSchema } from '../catalogue.js';
import type { ConnectionSummary } from '../summary.js';
import { type Html, layout } from './layout.js';

export interface Field {
  readonly name: string;
  readonly type: 'text' | 'number' | 'boolean' | 'json';
  readonly options: readonly string[] | undefined;
  readonly description: string;
  readonly isRequired: boolean;
}

type Property = { readonly type?: unknown; readonly enum?: readonly unknown[]; readonly description?: string };

const types: Readonly<Record<string, Field['type']>> = {
  string: 'text',
  integer: 'number',
  number: 'number',
  boolean: 'boolean',
};

/** The fields of an action's form, from its input schema; what is no plain value is typed as JSON. */
export function fieldsOf({ properties = {}, required = [] }: JsonSchema): Field[] {
  const needed = new Set(required as string[]);
  return Object.entries(properties as Record<string, Property>).map(([name, property]) => ({
    name,
    type: types[String(property.type)] ?? 'json',
    options: property.enum?.map(String),
    description: property.description ?? '',
    isRequired: needed.has(name),
  }));
}

function control({ isRequired, name, options, type }: Field, value: string): Html {
  const aria = html`id="field-${name}" name="field-${name}" aria-describedby="help-${name}" ${isRequired ? html`required` : ''}`;
  const choices = options ?? (type === 'boolean' ? ['true', 'false'] : undefined);
  if (choices !== undefined) {
    return html`<select ${aria}><option value=""></option>${choices.map((choice) => html`<option ${choice === value ? html`selected` : ''}>${choice}</option>`)}</select>`;
  }
  return type === 'json'
    ? html`<textarea ${aria} spellcheck="false">${value}</textarea>`
    : html`<input ${aria} value="${value}" autocomplete="off" spellcheck="false" ${type === 'number' ? html`inputmode="decimal"` : ''}>`;
}

function fieldBlock(field: Field, value: string): Html {
  const { description, isRequired, name, type } = field;
  return html`<div class="field"><label for="field-${name}">${name} ${isRequired ? '' : html`<span class="optional">optional</span>`}</label>
<p class="help" id="help-${name}">${description}${type === 'json' ? ' As JSON.' : ''}</p>${control(field, value)}</div>`;
}

const effects = ({ destructive, readOnly }: CatalogueEntry) =>
  readOnly ? 'reads' : destructive ? 'changes or deletes' : 'adds';

/** Every action, and what it does. */
export function tryListPage(entries: readonly CatalogueEntry[]): Html {
  const rows = entries.map(
    (entry) =>
      html`<tr><td><a href="/try/${entry.name}">${entry.name}</a></td><td>${effects(entry)}</td><td class="wrap">${entry.description}</td></tr>`,
  );
  return layout(
    'Actions',
    html`<h1>Actions</h1><div class="scroll" role="region" aria-label="Actions" tabindex="0"><table>
<thead><tr><th scope="col">Action</th><th scope="col">Effect</th><th scope="col">What it does</th></tr></thead><tbody>${rows}</tbody></table></div>`,
  );
}

export interface TryPage {
  readonly entry: CatalogueEntry;
  readonly connections: readonly ConnectionSummary[];
  /** As they were typed. */
  readonly values?: Readonly<Record<string, string>>;
  readonly connection?: string | undefined;
  readonly outcome?: { readonly output: unknown } | { readonly problem: string };
}

function outcomeBlock(outcome: TryPage['outcome']): Html | '' {
  if (outcome === undefined) {
    return '';
  }
  return 'problem' in outcome
    ? html`<p class="notice bad" role="alert">${outcome.problem}</p>`
    : html`<h2>Output</h2><pre class="json" tabindex="0">${JSON.stringify(outcome.output, null, 2)}</pre>`;
}

/** An action as a form made from its schema. */
export function tryPage({ connection, connections, entry, outcome, values = {} }: TryPage): Html {
  const choices = connections.map(
    ({ environment, id, kind }) =>
      html`<option value="${id}" ${id === connection ? html`selected` : ''}>${environment ?? kind} ${id}</option>`,
  );
  const usable = connections.length > 0;
  const form = html`<form class="connect" method="post" action="/try/${entry.name}">
<div class="field"><label for="connection">Connection</label><select id="connection" name="connection">${choices}</select></div>
${fieldsOf(entry.input).map((field) => fieldBlock(field, values[field.name] ?? ''))}
<button type="submit">Run ${entry.name}</button></form>`;
  return layout(
    entry.name,
    html`<h1>${entry.name}</h1><p>${entry.description} It ${effects(entry)}. <a href="${entry.docs}" rel="noreferrer">Trigger.dev documentation</a></p>
${outcomeBlock(outcome)}${usable ? form : html`<p>No connection may call it. <a href="/connect">Connect</a> with ${entry.kinds.join(', ')}.</p>`}`,
  );
}
