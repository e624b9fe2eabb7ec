import { html } from 'hono/html';
import { grouped } from '../grouped.js';
import type { StoredExecution } from '../store/executions.js';
import { type Html, layout } from './layout.js';

const utc = (ms: number) => new Date(ms).toISOString().slice(0, 19).replace('T', ' ');

function outcomeOf({ error, finishedAt }: StoredExecution): Html {
  if (error !== null) {
    return html`<span class="error">${error.code}: ${error.message}</span>`;
  }
  return finishedAt === null ? html`running` : html`<span class="COMPLETED">ok</span>`;
}

const tookOf = ({ finishedAt, startedAt }: StoredExecution) =>
  finishedAt === null ? '' : `${grouped(finishedAt - startedAt)} ms`;

function row(execution: StoredExecution): Html {
  const { connection, id, kind, name, startedAt } = execution;
  return html`<tr><td><a href="/logs/${id}">${utc(startedAt)}</a></td><td>${kind} <strong>${name}</strong></td><td><code>${connection}</code></td><td>${tookOf(execution)}</td><td>${outcomeOf(execution)}</td></tr>`;
}

/** The last executions of every connection, newest first. */
export function logsPage(executions: readonly StoredExecution[]): Html {
  const table = html`<div class="scroll" role="region" aria-label="Executions" tabindex="0"><table>
<thead><tr><th scope="col">Started (UTC)</th><th scope="col">Function</th><th scope="col">Connection</th><th scope="col">Took</th><th scope="col">Outcome</th></tr></thead>
<tbody>${executions.map(row)}</tbody></table></div>`;
  return layout('Logs', html`<h1>Logs</h1>${executions.length === 0 ? html`<p>Nothing has run yet.</p>` : table}`);
}

/** What one execution said. While it runs, the page asks again by itself every two seconds. */
export function logPage(execution: StoredExecution, said: readonly { time: number; message: string }[]): Html {
  const { connection, kind, name, startedAt } = execution;
  const lines = said.map(({ message, time }) => html`<li><time>${utc(time)}</time> ${message}</li>`);
  return layout(
    `${kind} ${name}`,
    html`<h1>${kind} ${name}</h1>
<p>Connection <code>${connection}</code>, started ${utc(startedAt)} UTC${execution.finishedAt === null ? '' : `, took ${tookOf(execution)}`}.</p>
<p class="notice ${execution.error === null ? '' : 'bad'}" role="status">${outcomeOf(execution)}</p>
${lines.length === 0 ? html`<p>It said nothing.</p>` : html`<ol class="log">${lines}</ol>`}
<p><a href="/logs">All executions</a></p>`,
    { refresh: execution.finishedAt === null ? 2 : undefined },
  );
}
