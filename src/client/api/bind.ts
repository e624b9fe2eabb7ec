import type { AnyEndpoint, Ask, InputOf, OutputOf } from '../../gate/index.js';
import type { Call } from '../caller.js';
import type { RequestOptions } from '../send.js';

/** Finds the caller of the moment: a client has one, the global functions have that of their scope. Throws `ConnectorError`. */
export type Bind = () => Call;

/** What the namespaces are made of; wrong options reject the call, as every other problem does. */
export interface Bound {
  /** One endpoint, one call. */
  one<Row extends AnyEndpoint>(
    endpoint: Row,
    input: InputOf<Row>,
    options: RequestOptions | undefined,
  ): Promise<OutputOf<Row>>;
  /** Several requests to one connection. */
  several<Result>(
    options: RequestOptions | undefined,
    work: (ask: Ask, call: Call) => Promise<Result>,
  ): Promise<Result>;
  readonly bind: Bind;
}

/** For what begins later: the caller of this moment; what is wrong with it is said when that begins. */
export function boundNow(bind: Bind): Bind {
  try {
    const call = bind();
    return () => call;
  } catch (error) {
    return () => {
      throw error;
    };
  }
}

/** Asked when the first request of a list is made; all its pages then go to one connection. */
export function once<Value>(make: () => Value): () => Value {
  let made: { value: Value } | undefined;
  return () => {
    made ??= { value: make() };
    return made.value;
  };
}

export const bound = (bind: Bind): Bound => ({
  bind,
  one: async (endpoint, input, options) => bind()(endpoint, input, options),
  several: async (options, work) => {
    const call = bind();
    return work((endpoint, input) => call(endpoint, input, options), call);
  },
});

const isoText = (date: Date) => (Number.isNaN(date.getTime()) ? String(date) : date.toISOString());

/** A `Date` to ISO 8601 text, one that is no date to a text that no gate takes; anything else stays. */
export const isoOf = <Value>(value: Value) =>
  (value instanceof Date ? isoText(value) : value) as Exclude<Value, Date> | (Value extends Date ? string : never);

/** A `Date` to milliseconds since 1970; anything else stays. */
export const millisecondsOf = <Value>(value: Value) =>
  (value instanceof Date ? value.getTime() : value) as Exclude<Value, Date> | (Value extends Date ? number : never);

/** The id of what is given as itself or as an object with an id. */
export const idOf = (value: string | { readonly id: string }) => (typeof value === 'string' ? value : value?.id);

/** Without the names that are undefined. */
export function given<Values extends object>(
  values: Values,
): { [Name in keyof Values]: Exclude<Values[Name], undefined> } {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never;
}

/** `Date` where the input of an endpoint takes a time. */
export type WithDates<Input, Names extends PropertyKey> = Input extends unknown
  ? Omit<Input, Names> & { [Name in Names & keyof Input]?: Input[Name] | Date }
  : never;
