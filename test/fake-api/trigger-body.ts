import { type Answer, json } from './problems.js';

export interface TriggerOptions {
  queue?: { name?: string };
  concurrencyKey?: string;
  delay?: string;
  idempotencyKey?: string;
  idempotencyKeyTTL?: string;
  machine?: string;
  metadata?: unknown;
  metadataType?: string;
  payloadType?: string;
  tags?: string | string[];
  test?: boolean;
  ttl?: string | number;
}

export interface TriggerBody {
  payload?: unknown;
  options?: TriggerOptions;
}

const machines = ['micro', 'small-1x', 'small-2x', 'medium-1x', 'medium-2x', 'large-1x', 'large-2x'];

const optionTypes: Readonly<Record<string, 'string' | 'number' | 'boolean' | 'object'>> = {
  queue: 'object',
  concurrencyKey: 'string',
  idempotencyKey: 'string',
  idempotencyKeyTTL: 'string',
  maxAttempts: 'number',
  metadataType: 'string',
  payloadType: 'string',
  test: 'boolean',
  priority: 'number',
  region: 'string',
  lockToVersion: 'string',
  parentRunId: 'string',
};

/** The body of a trigger request, or the error that the server words for it. */
export function parseTriggerBody(text: string): { ok: true; value: TriggerBody } | { ok: false; answer: Answer } {
  const refuse = (error: string): { ok: false; answer: Answer } => ({ ok: false, answer: json(400, { error }) });
  if (text === '') {
    return refuse('Request body is empty');
  }
  let body: unknown;
  try {
    body = JSON.parse(text);
  } catch {
    return refuse('Invalid JSON');
  }
  const wrong = isObject(body) ? wrongOptions(body['options']) : [`Expected object, received ${typeName(body)}`];
  if (wrong.length > 0) {
    return refuse(`Validation error: ${wrong.join('; ')}`);
  }
  const { options } = body as TriggerBody;
  const count = Array.isArray(options?.tags) ? options.tags.length : 0;
  if (count > 10) {
    return { ok: false, answer: json(422, { error: `Runs can only have 10 tags, you're trying to set ${count}.` }) };
  }
  return { ok: true, value: body as TriggerBody };
}

function wrongOptions(options: unknown): string[] {
  if (options === undefined) {
    return [];
  }
  if (!isObject(options)) {
    return [`Expected object, received ${typeName(options)} at "options"`];
  }
  const wrong = Object.entries(optionTypes)
    .filter(([name, type]) => options[name] !== undefined && typeName(options[name]) !== type)
    .map(([name, type]) => `Expected ${type}, received ${typeName(options[name])} at "options.${name}"`);
  const { machine, tags, ttl, delay, idempotencyKey } = options;
  if (machine !== undefined && !machines.includes(String(machine))) {
    const expected = machines.map((name) => `'${name}'`).join(' | ');
    wrong.push(`Invalid enum value. Expected ${expected}, received '${String(machine)}' at "options.machine"`);
  }
  if (typeof idempotencyKey === 'string' && idempotencyKey.length > 2048) {
    wrong.push('String must contain at most 2048 character(s) at "options.idempotencyKey"');
  }
  for (const [name, value, types] of [
    ['ttl', ttl, ['string', 'number']],
    ['delay', delay, ['string']],
  ] as const) {
    if (value !== undefined && !types.some((type) => type === typeName(value))) {
      wrong.push(`Invalid input at "options.${name}"`);
    }
  }
  return [...wrong, ...wrongTags(tags)];
}

function wrongTags(tags: unknown): string[] {
  const tooLong = (tag: unknown, path: string): string[] =>
    typeof tag === 'string' && tag.length > 128 ? [`Tags must be less than 128 characters at "options.${path}"`] : [];
  if (tags === undefined || typeof tags === 'string') {
    return tooLong(tags, 'tags');
  }
  if (!Array.isArray(tags) || tags.some((tag) => typeof tag !== 'string')) {
    return ['Invalid input at "options.tags"'];
  }
  return tags.flatMap((tag, index) => tooLong(tag, `tags[${index}]`));
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeName(value) === 'object';
}

function typeName(value: unknown): string {
  return value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
}
