import type { Context, Hono } from 'hono';
import { ConnectorError } from '../../errors/index.js';
import { actionCatalogue, type CatalogueEntry } from '../catalogue.js';
import type { Host } from '../host.js';
import { type Field, fieldsOf, tryListPage, tryPage } from '../pages/try.js';
import { formFields } from './form-body.js';

/** A typed text as the value that the schema wants; what cannot be read stays text, for the action to refuse. */
function typedValue({ type }: Field, text: string): unknown {
  if (type === 'text') {
    return text;
  }
  try {
    return JSON.parse(text);
  } catch {
    return text;
  }
}

/** The input that a form makes; a field that was left empty is absent. */
export function inputOf(entry: CatalogueEntry, values: Readonly<Record<string, string>>): Record<string, unknown> {
  const given = fieldsOf(entry.input).filter(({ name }) => (values[name] ?? '') !== '');
  return Object.fromEntries(given.map((field) => [field.name, typedValue(field, values[field.name] ?? '')]));
}

/** Actions as forms: chosen from a list, run for a connection. */
export function addTryRoutes(app: Hono, host: Host): void {
  const entryOf = async (context: Context): Promise<CatalogueEntry> => {
    const found = (await actionCatalogue()).find(({ name }) => name === context.req.param('name'));
    if (found === undefined) {
      throw new ConnectorError('not_found', 'There is no such action.');
    }
    return found;
  };
  const connectionsFor = ({ kinds }: CatalogueEntry) =>
    host.store.connections().filter(({ id }) => host.isConnected(id) && kinds.includes(host.connections.get(id).kind));

  app.get('/try', async (context) => context.html(tryListPage(await actionCatalogue())));

  app.get('/try/:name', async (context) => {
    const entry = await entryOf(context);
    return context.html(
      tryPage({ entry, connections: connectionsFor(entry), connection: context.req.query('connection') }),
    );
  });

  app.post('/try/:name', async (context) => {
    const entry = await entryOf(context);
    const fields = await formFields(context);
    const named = Object.entries(fields).filter(([name]) => name.startsWith('field-'));
    const values = Object.fromEntries(named.map(([name, value]) => [name.slice('field-'.length), value]));
    const { connection = '' } = fields;
    const page = { entry, connections: connectionsFor(entry), values, connection };
    try {
      const output = await host.runAction(connection, entry.name, inputOf(entry, values), {
        signal: context.req.raw.signal,
      });
      return context.html(tryPage({ ...page, outcome: { output } }));
    } catch (error) {
      if (!(error instanceof ConnectorError)) {
        throw error;
      }
      return context.html(tryPage({ ...page, outcome: { problem: `${error.message} (${error.code})` } }), 422);
    }
  });
}
