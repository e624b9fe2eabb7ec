import { html } from 'hono/html';
import { runStatuses } from '../../api/index.js';
import { grouped } from '../grouped.js';
import type { DayCount, StoredRecord, SyncOutcome } from '../store/store.js';
import type { ConnectionSummary } from '../summary.js';
import { runsChart } from './chart.js';
import { type Html, layout } from './layout.js';

export interface RecordsPage {
  readonly connections: readonly ConnectionSummary[];
  readonly selected?: ConnectionSummary | undefined;
  /** Is its key at hand, so that a sync can run? */
  readonly connected: boolean;
  readonly total: number;
  readonly records: readonly StoredRecord[];
  /** For the chart. */
  readonly days: readonly DayCount[];
  /** The only status that is shown; '' for all. */
  readonly status: string;
  readonly outcome?: SyncOutcome | undefined;
  /** Does a sync run now? */
  readonly isUnderWay: boolean;
  /** Cursor for older changes. */
  readonly older?: number | undefined;
}

const kindNames: Readonly<Record<string, string>> = {
  root: 'secret key',
  additional: 'additional key',
  pat: 'personal token',
};

/** As people call it. */
export const kindName = (kind: string) => kindNames[kind] ?? kind;

function nameOf({ environment, id, kind, previewBranch }: ConnectionSummary): string {
  const where = [environment ?? 'all environments', previewBranch].filter(Boolean).join(' / ');
  // The end of the id tells two keys of one environment apart.
  return `${where} (${kindName(kind)}, ${id.slice(-4)})`;
}

const utc = (value: unknown) => (typeof value === 'string' ? `${value.slice(0, 19).replace('T', ' ')}` : '');

function row({ body, lastAction }: StoredRecord): Html {
  const status = String(body['status']);
  return html`<tr><td><code>${body['id']}</code></td><td>${body['taskIdentifier']}</td><td class="${status}">${status}</td><td>${utc(body['createdAt'])}</td><td>${utc(body['updatedAt'])}</td><td>${lastAction}</td></tr>`;
}

function outcomeText({ added, error, finishedAt, unchanged, updated }: SyncOutcome): string {
  const when = utc(new Date(finishedAt).toISOString());
  return error
    ? `The last sync stopped at ${when} UTC: ${error.message}`
    : `Last sync ${when} UTC: ${added} added, ${updated} updated, ${unchanged} unchanged.`;
}

function selectedBlock(page: RecordsPage, { id }: ConnectionSummary): Html {
  const sync = page.connected
    ? html`<form method="post" action="/records/sync"><input type="hidden" name="connection" value="${id}"><button type="submit">Sync now</button></form>`
    : html`<p class="help">Its key is not kept over a restart: <a href="/connect">connect again</a> to sync.</p>`;
  const older =
    page.older === undefined
      ? ''
      : html`<p><a href="/records?connection=${encodeURIComponent(id)}&amp;status=${encodeURIComponent(page.status)}&amp;before=${page.older}">Earlier changes</a></p>`;
  const choices = runStatuses.map(
    (name) => html`<option ${name === page.status ? html`selected` : ''}>${name}</option>`,
  );
  const filter = html`<form class="inline" method="get" action="/records"><input type="hidden" name="connection" value="${id}"><label for="status">Status</label><select id="status" name="status"><option value="">all</option>${choices}</select><button type="submit">Filter</button></form>`;
  return html`<div class="row"><p><strong>${grouped(page.total)}</strong> runs, the last changed first.</p>${sync}</div>
${page.isUnderWay ? html`<p class="notice" role="status">A sync is under way, or waits for its server or its turn. Load this page again to see how far it is.</p>` : ''}
${page.outcome ? html`<p class="notice ${page.outcome.error ? 'bad' : ''}" role="status">${outcomeText(page.outcome)}</p>` : ''}
${runsChart(page.days)}${filter}
<div class="scroll" role="region" aria-label="Runs" tabindex="0"><table>
<thead><tr><th scope="col">Run</th><th scope="col">Task</th><th scope="col">Status</th><th scope="col">Created (UTC)</th><th scope="col">Updated (UTC)</th><th scope="col">Record</th></tr></thead>
<tbody>${page.records.map(row)}</tbody></table></div>${older}`;
}

/** The stored runs of one connection. */
export function recordsPage(page: RecordsPage): Html {
  const { connections, selected } = page;
  const tabs = connections.map(
    (summary) =>
      html`<li><a href="/records?connection=${encodeURIComponent(summary.id)}" ${summary.id === selected?.id ? html`aria-current="page"` : ''}>${nameOf(summary)}</a></li>`,
  );
  const empty = html`<p>There are no records yet. <a href="/connect">Connect</a> first.</p>`;
  return layout(
    'Records',
    html`<h1>Records</h1><nav aria-label="Connections"><ul>${tabs}</ul></nav>${selected ? selectedBlock(page, selected) : empty}`,
  );
}
