import { endpoints, supports } from '../../api/index.js';
import { type ActionFacts, actionFacts } from '../action-table.js';
import { readFixture } from '../fixtures.js';
import type { FunctionSource } from '../functions.js';
import { connectable, unrestrictedOnly } from '../key-kinds.js';
import { inBackground } from './background.js';
import { refusals } from './errors.js';
import type { Json, NamedSchemas } from './schemas.js';

const camel = (name: string) => name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());

const words = (name: string) => {
  const text = name.replaceAll('-', ' ').replace(/\benv var/, 'environment variable');
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}`;
};

/** Said by the list of keys. */
const withoutKeys = (description: string) => description.replace(/ Needs an? [^.]*\./, '');

const keysOf = ({ endpoint }: ActionFacts) => connectable.filter(({ kind }) => supports(endpoint, kind));

/** What a caller may do who does not know whether a call arrived. */
function secondCall({ idempotent, repeated }: ActionFacts): string {
  if (idempotent) {
    return 'Safe to call again.';
  }
  return repeated.startsWith('with ')
    ? `Safe to call again ${repeated}.`
    : 'A plain second call does the work a second time.';
}

function descriptionOf(facts: ActionFacts): string {
  const titles = keysOf(facts).map(({ kind, title }) =>
    unrestrictedOnly(facts.endpoint, kind) ? `unrestricted ${title.toLowerCase()}` : title.toLowerCase(),
  );
  return `${withoutKeys(facts.description)}\n\nKeys: ${titles.join(', ')}. ${secondCall(facts)}`;
}

const json = (schema: Json, example: unknown) => ({ 'application/json': { schema, example } });

/** `POST /actions/{name}` of every action. */
export async function actionPaths(functions: readonly FunctionSource[], { ref }: NamedSchemas): Promise<Json> {
  const facts = new Map(actionFacts(functions).map((entry) => [entry.name, entry]));
  const paths: Record<string, Json> = {};
  for (const { definition, name } of functions) {
    const fact = facts.get(name);
    if (fact === undefined || definition.input === undefined || definition.output === undefined) {
      continue;
    }
    const { input, output } = await readFixture(name);
    // A token is given to whoever waits for it.
    const background = fact.endpoint === 'tokens.create' ? undefined : inBackground;
    const post = {
      operationId: camel(name),
      summary: words(name),
      description: descriptionOf(fact),
      tags: [fact.endpoint.replace(/\..*/, '')],
      externalDocs: { url: endpoints[fact.endpoint].docs },
      'x-endpoint': fact.endpoint,
      'x-key-kinds': keysOf(fact).map(({ kind }) => kind),
      'x-idempotent': fact.idempotent,
      parameters: [
        { $ref: '#/components/parameters/ConnectionId' },
        { $ref: '#/components/parameters/Integration' },
        ...(background ? [background.parameter] : []),
      ],
      requestBody: { required: true, content: json(ref(definition.input), input) },
      responses: {
        200: { description: 'What the action gave.', content: json(ref(definition.output), output) },
        ...background?.responses,
        ...refusals(
          'BadRequest',
          'Unauthorized',
          'Forbidden',
          'NotFound',
          'Conflict',
          'TooLarge',
          'Unprocessable',
          'TooManyRequests',
          'UpstreamFailed',
          'Unavailable',
        ),
      },
    };
    paths[`/actions/${name}`] = { post };
  }
  return paths;
}
