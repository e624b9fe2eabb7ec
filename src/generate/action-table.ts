import { type EndpointName, endpointNames, endpoints } from '../api/index.js';
import { repeatOf } from '../gate/index.js';
import type { FunctionSource } from './functions.js';

// The plain create is an import of one, because the server's create always overwrites.
const carriedBy: Readonly<Record<string, EndpointName>> = { 'create-env-var': 'envvars.upload' };

/** `runs.list` is the row `runsList`. */
const rowName = (name: EndpointName) => name.replace(/\.(\w)/, (_, letter: string) => letter.toUpperCase());

/** The endpoint that an action is about, from its source: the one whose input it takes. */
export function endpointOfAction({ name, text }: FunctionSource): EndpointName {
  // These take what the endpoint's input is made from.
  if (/^create-\w+-token$/.test(name)) {
    return 'tokens.create';
  }
  const [, called, taken] =
    /\bendpointAction\(nango, (\w+)|\b(\w+)\.input\(\)/.exec(text.replace(/^import.*$/gm, '')) ?? [];
  const endpoint = endpointNames.find((one) => rowName(one) === (called ?? taken));
  if (endpoint === undefined) {
    throw new Error(`${name} names no endpoint: it should take the input of a row, as in runsList.input().`);
  }
  return endpoint;
}

// Fields that decide whether a call may go out twice, with a value that would.
const deciding = { override: true, externalId: 'example', idempotencyKey: 'example' } as const;

/** Is a call repeated after a failure, and what does that depend on? */
function repeated(name: EndpointName): string {
  const isRepeated = (input: object) => repeatOf(endpoints[name], input) !== 'once';
  const plain = isRepeated({});
  const [field] = Object.entries(deciding).filter(([key, value]) => isRepeated({ [key]: value }) !== plain);
  if (field === undefined) {
    return plain ? 'yes' : 'no';
  }
  return plain ? `unless it has \`${field[0]}\`` : `with \`${field[0]}\``;
}

export interface ActionFacts {
  readonly name: string;
  readonly description: string;
  readonly endpoint: EndpointName;
  readonly repeated: string;
  /** Does the same call, made twice by the caller, change no more than one? */
  readonly idempotent: boolean;
}

/** What the documentation says of each action. */
export function actionFacts(functions: readonly FunctionSource[]): ActionFacts[] {
  return functions
    .filter(({ kind }) => kind === 'actions')
    .map((source) => {
      const { definition, name } = source;
      const endpoint = endpointOfAction(source);
      const carrier = carriedBy[name] ?? endpoint;
      // The key of a `keyed` request is new with each call, so only our own repeats are known again.
      // A batch may be announced again because its items follow; the action sends those too.
      const idempotent =
        carrier !== 'batch.trigger' && ['safe', 'idempotent'].includes(repeatOf(endpoints[carrier], {}));
      return { name, description: definition.description, endpoint, repeated: repeated(carrier), idempotent };
    });
}
