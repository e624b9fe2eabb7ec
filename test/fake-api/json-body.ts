import { type Answer, json } from './problems.js';

export type JsonObject = Record<string, unknown>;

export type Parsed<T> = { ok: true; value: T } | { ok: false; answer: Answer };

export function refused(status: number, error: string): { ok: false; answer: Answer } {
  return { ok: false, answer: json(status, { error }) };
}

/** The object that a body spells, or the 400 of the newer routes: for them an empty body is wrong too. */
export function parseObject(text: string): Parsed<JsonObject> {
  if (text === '') {
    return refused(400, 'Request body is empty');
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return refused(400, 'Invalid JSON');
  }
  return typeName(value) === 'object'
    ? { ok: true, value: value as JsonObject }
    : refused(400, `Validation error: Expected object, received ${typeName(value)}`);
}

export function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}

/** How the server words a field of the wrong type; nothing when it is right, or absent and optional. */
export function wrongType(body: JsonObject, field: string, type: string, required = false): string[] {
  const value = body[field];
  if (value === undefined) {
    return required ? [`Required at "${field}"`] : [];
  }
  return typeName(value) === type ? [] : [`Expected ${type}, received ${typeName(value)} at "${field}"`];
}

/** The body of a newer route, or its 400: first that it is an object, then what is wrong with its fields. */
export async function objectBody<T>(
  request: Request,
  wrong: (body: JsonObject) => readonly string[],
): Promise<Parsed<T>> {
  const parsed = parseObject(await request.text());
  return parsed.ok ? validated<T>(parsed.value, wrong(parsed.value)) : parsed;
}

export function validated<T>(body: JsonObject, wrong: readonly string[]): Parsed<T> {
  return wrong.length > 0 ? refused(400, `Validation error: ${wrong.join('; ')}`) : { ok: true, value: body as T };
}
