/** A place in a value that JSON would lose or change, and what stands there. */
export interface Loss {
  /** For people, such as `an instance of Map`; never the value itself. */
  readonly what: string;
  readonly path: PropertyKey[];
}

/** How much of a value is looked at; `ancestors` only once it is deep enough to be a circle. */
interface Walk {
  left: number;
  readonly deepest: number;
  readonly ancestors: Set<object> | undefined;
}

const loss = (what: string): Loss => ({ what, path: [] });

const tooMany = loss('more than fits into a request');
const tooDeep = loss('nested too deeply');

const under = (found: Loss, key: PropertyKey): Loss => ({ what: found.what, path: [key, ...found.path] });

function classOf(value: object): string {
  const { constructor: made } = value as { constructor?: { name?: unknown } };
  const name = typeof made === 'function' ? made.name : undefined;
  return typeof name === 'string' && name !== '' ? `an instance of ${name.slice(0, 60)}` : 'an instance of a class';
}

/** An object literal, one without a prototype, and those of another realm, such as a `vm` context. */
function isPlain(value: object): boolean {
  const prototype = Object.getPrototypeOf(value) as object | null;
  return prototype === Object.prototype || prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** What an object says of itself as JSON. */
function lossInJson(value: { toJSON(key: string): unknown }, key: PropertyKey, walk: Walk, depth: number) {
  // A Buffer would become a list of its bytes, ten times as long, that no task takes for a Buffer.
  if (ArrayBuffer.isView(value)) {
    return loss(classOf(value));
  }
  if (Object.prototype.toString.call(value) === '[object Date]' && Number.isNaN(Number(value))) {
    return loss('an invalid Date');
  }
  const json = value.toJSON(String(key));
  return typeof json === 'object' && json !== null ? lossInMembers(json, walk, depth) : lossIn(json, key, walk, depth);
}

function lossInMembers(value: object, walk: Walk, depth: number): Loss | undefined {
  if (depth > walk.deepest) {
    return tooDeep;
  }
  if (walk.ancestors?.has(value)) {
    return loss('a circle: it leads back to an object that holds it');
  }
  walk.ancestors?.add(value);
  if (Array.isArray(value)) {
    for (let index = 0; index < value.length; index += 1) {
      const found = lossIn(value[index], index, walk, depth);
      if (found !== undefined) {
        return under(found, index);
      }
    }
  } else {
    // What is not enumerable is no data, such as what a library keeps of an object that it observes.
    if (
      Object.getOwnPropertySymbols(value).some((symbol) => Object.prototype.propertyIsEnumerable.call(value, symbol))
    ) {
      return loss('an object with a symbol as a key');
    }
    // Faster than a list of the keys; what is inherited is sorted out where it matters.
    for (const key in value) {
      const member = (value as Record<string, unknown>)[key];
      const found = member === undefined ? undefined : lossIn(member, key, walk, depth);
      if (found !== undefined && Object.hasOwn(value, key)) {
        return under(found, key);
      }
    }
  }
  walk.ancestors?.delete(value);
  return undefined;
}

function lossIn(value: unknown, key: PropertyKey, walk: Walk, depth: number): Loss | undefined {
  walk.left -= 1;
  if (walk.left < 0) {
    return tooMany;
  }
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return undefined;
    case 'number':
      return Number.isFinite(value) ? undefined : loss(String(value));
    case 'undefined':
      return loss('undefined');
    case 'bigint':
      return typeof (value as { toJSON?: unknown }).toJSON === 'function'
        ? lossInJson(value as never, key, walk, depth)
        : loss('a BigInt');
    case 'object':
      break;
    default:
      return loss(`a ${typeof value}`);
  }
  if (value === null) {
    return undefined;
  }
  if (typeof (value as { toJSON?: unknown }).toJSON === 'function') {
    return lossInJson(value as never, key, walk, depth + 1);
  }
  return Array.isArray(value) || isPlain(value) ? lossInMembers(value, walk, depth + 1) : loss(classOf(value));
}

/** Deeper than payloads are; an object that holds itself gets there at once, by whatever way. */
const usualDepth = 500;

/**
 * The first place of a value whose JSON would say something else, or nothing; undefined where JSON holds all of it.
 * Members that are undefined are left out on purpose; in a list, undefined is a loss, for it would become null.
 * `most`: how many values may stand in it, after which `isTooMany` says so of the result.
 */
export function jsonLoss(value: unknown, most: number): Loss | undefined {
  const found = lossIn(value, '', { left: most, deepest: usualDepth, ancestors: undefined }, 0);
  return found?.what === tooDeep.what
    ? lossIn(value, '', { left: most, deepest: Number.POSITIVE_INFINITY, ancestors: new Set() }, 0)
    : found;
}

export const isTooMany = (found: Loss): boolean => found.what === tooMany.what;
