import { html } from 'hono/html';
import { grouped } from '../grouped.js';
import { type Html, layout } from './layout.js';

export interface SyncRow {
  readonly name: string;
  readonly status: string;
  readonly frequency: string;
  readonly records: number;
  /** ISO 8601, or null before the first. */
  readonly lastAt: string | null;
  /** ISO 8601, or null. */
  readonly nextAt: string | null;
  readonly error: string | undefined;
}

export interface ConnectionRow {
  readonly id: string;
  readonly where: string;
  /** The kind of key, and what the API said of it. */
  readonly key: string;
  /** Why it cannot be used. */
  readonly problem: string | undefined;
  readonly syncs: readonly SyncRow[];
}

/** `of` tells buttons with the same text apart, where nobody sees what they stand beside. */
const post = (
  action: string,
  id: string,
  label: string,
  { of = '', more = '' }: { of?: string; more?: Html | '' } = {},
) =>
  html`<form method="post" action="${action}"><input type="hidden" name="connection" value="${id}">${more}<button type="submit" ${of && html`aria-label="${label} ${of}"`}>${label}</button></form>`;

const utc = (time: string | null) => (time === null ? '' : time.slice(0, 19).replace('T', ' '));

function syncRow(id: string, { error, frequency, lastAt, name, nextAt, records, status }: SyncRow): Html {
  const sync = html`<input type="hidden" name="sync" value="${name}">`;
  const [action, label] = nextAt === null ? ['/manage/start', 'Start'] : ['/manage/pause', 'Pause'];
  return html`<tr><td>${name}</td><td>${post(action, id, label, { of: name, more: sync })}</td><td>${status}${error ? html`<span class="error">${error}</span>` : ''}</td><td>${grouped(records)}</td><td>${frequency}</td><td>${utc(lastAt)}</td><td>${utc(nextAt)}</td></tr>`;
}

function block({ id, key, problem, syncs, where }: ConnectionRow): Html {
  const query = `connection=${encodeURIComponent(id)}`;
  return html`<section><h2>${where} <code>${id}</code></h2>
<p class="help">${key}</p>
${problem ? html`<p class="notice bad" role="status">${problem}</p>` : ''}
<div class="scroll" role="region" aria-label="Syncs of ${id}" tabindex="0"><table>
<thead><tr><th scope="col">Sync</th><th scope="col">Change</th><th scope="col">Status</th><th scope="col">Records</th><th scope="col">Frequency</th><th scope="col">Last (UTC)</th><th scope="col">Next (UTC)</th></tr></thead>
<tbody>${syncs.map((sync) => syncRow(id, sync))}</tbody></table></div>
<div class="row"><a href="/records?${query}">Records</a> <a href="/connect?${query}">Replace the key</a>
${post('/manage/verify', id, 'Check again')} <a href="/manage/disconnect?${query}">Disconnect…</a></div></section>`;
}

/** Every connection and where its syncs stand; `said` is the outcome of what was just done. */
export function managePage(rows: readonly ConnectionRow[], said: string | undefined): Html {
  const note = said === undefined ? '' : html`<p class="notice" role="status">${said}</p>`;
  const all =
    rows.length === 0 ? html`<p>There are none yet. <a href="/connect">Connect</a> first.</p>` : rows.map(block);
  return layout('Connections', html`<h1>Connections</h1>${note}${all}`);
}

/** Says what goes before it goes. */
export function disconnectPage(id: string, records: number): Html {
  return layout(
    'Disconnect',
    html`<h1>Disconnect</h1>
<p class="notice bad" role="alert">This deletes the stored key of <code>${id}</code>, its ${grouped(records)} records, checkpoints and logs on this machine. It cannot be undone. Nothing changes at Trigger.dev: revoke the key there if nobody else uses it.</p>
${post('/manage/disconnect', id, 'Delete key and records')}
<p><a href="/manage">Keep the connection</a></p>`,
  );
}
