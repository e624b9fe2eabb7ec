import { readFile } from 'node:fs/promises';
import type { Context, Hono } from 'hono';
import { html, raw } from 'hono/html';
import { type ConnectionPolicy, connectForm, type FieldName, fields } from '../../connection/index.js';
import { ConnectorError } from '../../errors/index.js';
import type { Admission } from '../admission.js';
import { readForm } from '../given-config.js';
import type { Host } from '../host.js';
import { packageFolder } from '../package-folder.js';
import { connectPage } from '../pages/connect.js';
import { layout, messagePage } from '../pages/layout.js';
import type { Access, Session } from './access.js';
import type { Attempt, Connecting } from './connecting.js';
import { formFields } from './form-body.js';
import { isKnown } from './nango/context.js';
import { presetOf } from './presets.js';
import type { Refusal } from './refusal.js';

const bundle = new URL('dist/connect.bundle.js', packageFolder);
const guide = new URL('dist/guide.html', packageFolder);

/** What may be shown again after a refusal: everything that is no secret. */
function shownAgain(values: unknown): Partial<Record<FieldName, string>> {
  const given = typeof values === 'object' && values !== null ? (values as Record<string, unknown>) : {};
  const shown = connectForm.fields
    .filter((field) => !field.secret)
    .map(({ name }) => [name, given[name] ?? given[fields.byName[name].nangoName]])
    .map(([name, value]) => [name, typeof value === 'string' ? value : '']);
  return Object.fromEntries(shown) as Partial<Record<FieldName, string>>;
}

/** What of an attempt is told. */
const toldOf = ({ connection: _, ...told }: Admission) => told;

export interface ConnectRoutes {
  readonly host: Host;
  readonly access: Access;
  readonly connecting: Connecting;
  readonly policy: ConnectionPolicy;
  /** Is whoever reaches this host its operator, or has said so? Throws where that is not known. */
  readonly checkOperator: (context: Context) => void;
}

/** The connect form: a page that works without script, and JSON for the element that replaces its form. */
export function addConnectRoutes(app: Hono, { access, checkOperator, connecting, host, policy }: ConnectRoutes): void {
  /** The session that the link brought, or nothing for the operator. */
  const sessionOf = (context: Context): Session | undefined => {
    const token = context.req.query('session_token');
    if (token === undefined) {
      checkOperator(context);
      return undefined;
    }
    return access.session(context, token);
  };
  /** The connection whose key is replaced. Throws `connection_not_found`. */
  const replacedBy = (context: Context, session: Session | undefined): string | undefined => {
    const id = session === undefined ? context.req.query('connection') : (session.reconnects ?? undefined);
    if (id !== undefined && !isKnown(host, id)) {
      throw new ConnectorError('connection_not_found');
    }
    return id;
  };
  /** What is kept from request to request. */
  const queryOf = (context: Context) => {
    const [name, value] = ['session_token', 'connection']
      .map((key) => [key, context.req.query(key)] as const)
      .find(([, given]) => given !== undefined) ?? ['', undefined];
    return value === undefined ? '' : `?${name}=${encodeURIComponent(value)}`;
  };
  const read = (session: Session | undefined, values: unknown, id?: string) =>
    readForm(values, { kept: connecting.configOf(id), preset: session && presetOf(session) });
  const connect = (session: Session | undefined, form: unknown, id: string | undefined): Promise<Attempt> => {
    const { config, values } = read(session, form, id);
    return session === undefined
      ? connecting.connect(values, { config }, id)
      : connecting.withSession(session, (who, ...as) => connecting.connect(values, { ...who, config }, ...as));
  };
  const target = (session: Session | undefined, id: string) =>
    session === undefined ? `/records?connection=${encodeURIComponent(id)}` : '/connected';

  app.get('/connect', (context) => {
    const session = sessionOf(context);
    const replaces = replacedBy(context, session);
    // A rule that asks for a field is content with the preset, and whoever connects sees to where.
    const values = shownAgain(read(session, {}, replaces).values);
    return context.html(connectPage({ policy, replaces, query: queryOf(context), values }));
  });
  app.get('/connect.js', async (context) =>
    context.body(await readFile(bundle), 200, { 'content-type': 'text/javascript; charset=utf-8' }),
  );
  app.get('/connected', (context) =>
    context.html(
      layout('Connected', html`<h1>Connected</h1><p class="notice" role="status">You can close this page.</p>`, {
        forOperator: false,
      }),
    ),
  );

  app.get('/guide', async (context) =>
    context.html(layout('Connect guide', html`<div class="guide">${raw(await readFile(guide, 'utf8'))}</div>`)),
  );

  app.post('/connect', async (context) => {
    const session = sessionOf(context);
    const replaces = replacedBy(context, session);
    connecting.count(context);
    if (context.req.header('content-type')?.startsWith('application/json')) {
      const { admission, id } = await connect(session, await context.req.json().catch(() => undefined), replaces);
      const told = toldOf(admission);
      return id === undefined ? context.json(told, 422) : context.json({ ...told, location: target(session, id) });
    }
    const values = await formFields(context);
    const { admission, id } = await connect(session, values, replaces);
    if (id !== undefined) {
      return context.redirect(target(session, id), 303);
    }
    const { issues, message } = admission;
    const page = {
      policy,
      replaces,
      query: queryOf(context),
      values: shownAgain(read(session, values, replaces).values),
      ...(issues ? { issues } : { refusal: message }),
    };
    return context.html(connectPage(page), 422);
  });

  // Asked while the form is being filled in; nothing is kept.
  app.post('/connect/environments', async (context) => {
    const session = sessionOf(context);
    connecting.count(context);
    const { values } = read(session, await context.req.json().catch(() => undefined));
    const told = toldOf(await connecting.check(values));
    return context.json(told, told.environments === undefined ? 422 : 200);
  });
}

/** A refusal as a page, or as JSON for the element. */
export function refusalPage(context: Context, { message, status }: Refusal): Response | Promise<Response> {
  return context.req.header('content-type')?.startsWith('application/json')
    ? context.json({ status: 'rejected', message }, status)
    : context.html(messagePage('That did not work', message), status);
}
