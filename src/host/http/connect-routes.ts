import { readFile } from 'node:fs/promises';
import type { Hono } from 'hono';
import { html, raw } from 'hono/html';
import { verifyConnection } from '../../client/index.js';
import { connectForm, environmentNamed, type FieldName, parseConnection } from '../../connection/index.js';
import type { Verification } from '../../endpoints/index.js';
import { connectPage } from '../pages/connect.js';
import { layout } from '../pages/layout.js';
import type { AppOptions } from './app.js';

const bundle = new URL('../../../dist/connect.bundle.js', import.meta.url);
const guide = new URL('../../../dist/guide.html', import.meta.url);

/** What a submit came to, as the form understands it. */
interface Outcome {
  readonly status: Verification['status'] | 'invalid';
  readonly message: string;
  readonly code?: string;
  readonly issues?: readonly { code: string; field: string; message: string }[];
  readonly environments?: readonly string[];
  readonly location?: string;
}

/** A form body as plain text values; files and repeated fields count as wrong text. */
export function textFields(body: Readonly<Record<string, unknown>>): Record<string, string> {
  return Object.fromEntries(
    Object.entries(body).map(([name, value]) => [name, typeof value === 'string' ? value : '']),
  );
}

/** What may be shown again after a refusal: everything that is no secret. */
function shownAgain(values: unknown): Partial<Record<FieldName, string>> {
  const given = typeof values === 'object' && values !== null ? (values as Record<string, unknown>) : {};
  const shown = connectForm.fields
    .filter((field) => !field.secret)
    .map(({ name }) => [name, typeof given[name] === 'string' ? given[name] : '']);
  return Object.fromEntries(shown) as Partial<Record<FieldName, string>>;
}

/** Our names of the project's environments. */
const namesOf = ({ environments }: Verification) => environments?.map(({ slug }) => environmentNamed(slug) ?? slug);

/** The connect form: a page that works without script, and JSON for the element that replaces its form. */
export function addConnectRoutes(app: Hono, { host, policy = {}, transport }: AppOptions): void {
  async function ask(values: unknown): Promise<{ outcome: Outcome; connect?: () => string }> {
    const parsed = parseConnection(values, policy);
    if (!parsed.ok) {
      const { issues } = parsed;
      return { outcome: { status: 'invalid', code: issues[0]?.code ?? 'input_invalid', message: 'Not sent.', issues } };
    }
    const { connection } = parsed;
    const verdict = await verifyConnection(connection, { timeoutMs: 20_000, ...(transport && { transport }) });
    const environments = namesOf(verdict);
    const outcome = {
      status: verdict.status,
      message: verdict.message,
      ...(verdict.code && { code: verdict.code }),
      ...(environments && { environments }),
    };
    const accepted = verdict.status === 'valid' || verdict.status === 'limited';
    return accepted
      ? { outcome, connect: () => `/records?connection=${encodeURIComponent(host.connect(connection).id)}` }
      : { outcome };
  }

  app.get('/connect', (context) => context.html(connectPage({ policy })));
  app.get('/connect.js', async (context) =>
    context.body(await readFile(bundle), 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );

  app.get('/guide', async (context) =>
    context.html(layout('Connect guide', html`<div class="guide">${raw(await readFile(guide, 'utf8'))}</div>`)),
  );

  app.post('/connect', async (context) => {
    if (context.req.header('content-type')?.startsWith('application/json')) {
      const { connect, outcome } = await ask(await context.req.json().catch(() => undefined));
      return connect === undefined ? context.json(outcome, 422) : context.json({ ...outcome, location: connect() });
    }
    const values = textFields(await context.req.parseBody());
    const { connect, outcome } = await ask(values);
    if (connect !== undefined) {
      return context.redirect(connect(), 303);
    }
    const { issues, message } = outcome;
    const page = { policy, values: shownAgain(values), ...(issues ? { issues } : { refusal: message }) };
    return context.html(connectPage(page), 422);
  });

  // Asked while the form is being filled in; nothing is kept.
  app.post('/connect/environments', async (context) => {
    const { outcome } = await ask(await context.req.json().catch(() => undefined));
    return context.json(outcome, outcome.environments === undefined ? 422 : 200);
  });
}
