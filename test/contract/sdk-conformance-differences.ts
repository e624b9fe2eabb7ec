import type { KeyName } from './sdk-conformance-calls.js';

/** What this package does otherwise than the SDK, and why. */
export interface Difference {
  /** A number of `trigger-docs-vs-server.md`, or a section of `trigger-api.md`. */
  readonly fact: string;
  readonly reason: string;
  /** Names of the calls. */
  readonly calls: RegExp;
  /** All of them unless given. */
  readonly keys?: readonly KeyName[];
  /** The whole line: `what: theirs → ours`. */
  readonly line: RegExp;
}

const triggers = /^(?:tasks|batch)\.(?:trigger|batchTrigger)\b/;
const notPat = ['root', 'additional', 'preview'] as const;

export const differences: readonly Difference[] = [
  {
    fact: 'b.1',
    reason: 'payloads travel as plain JSON; the SDK wraps them so that dates come to the task as dates',
    calls: triggers,
    line: /^body (?:\d )?payload: \{"wrapped":(.+)\} → \1$/,
  },
  {
    fact: 'b.1',
    reason: 'plain JSON needs no type',
    calls: triggers,
    line: /^body (?:\d )?options payloadType: "(?:application\/super\+json|application\/json|text\/plain)" → nothing$/,
  },
  {
    fact: 'b.1',
    reason: 'the server measures the payload itself',
    calls: triggers,
    line: /^body (?:\d )?options payloadSize: \d+ → nothing$/,
  },
  {
    fact: 'b.0',
    reason: 'an empty body is an error; without the options that the SDK adds there would be none',
    calls: /^tasks\.trigger without a payload$/,
    line: /^body: nothing → \{\}$/,
  },
  {
    fact: 'f.4',
    reason: 'the key goes as it was given: the SDK sends its hash, so that neither finds a run of the other by the key',
    calls: /^tasks\.trigger with a key$/,
    line: /^body options idempotencyKey: "[0-9a-f]{64}" → "order-42"$/,
  },
  {
    fact: 'f.4',
    reason: 'a key that is no hash needs no note of what was hashed',
    calls: /^tasks\.trigger with a key$/,
    line: /^body options idempotencyKeyOptions (?:key: "order-42"|scope: "run") → nothing$/,
  },
  {
    fact: 'b.1',
    reason: 'the option has the name of the API',
    calls: /^tasks\.trigger of a version$/,
    line: /^arguments: .*"version":"([\d.]+)".* → .*"lockToVersion":"\1"/,
  },
  {
    fact: 'c.1',
    reason: 'the server reads it on routes that trigger a run; the SDK sends it with everything',
    calls: /^(?!tasks\.trigger)/,
    line: /^repeatKey: true → false$/,
  },
  {
    fact: '22',
    reason: 'a personal access token may not call it: said before anything is sent, not after a 401',
    calls: /^(?!runs\.list|envvars\.|schedules\.timezones)/,
    keys: ['pat'],
    line: /^outcome: (?:GET|POST|PUT|PATCH|DELETE) .* → endpoint_not_allowed$/,
  },
  {
    fact: '9',
    reason: 'a token needs the path with the project; the SDK asks the one that refuses it',
    calls: /^runs\.list without a project$/,
    line: /^outcome: GET \/api\/v1\/runs → project_ref_required$/,
  },
  {
    fact: '9',
    reason: 'the path follows the kind of key: that with the project refuses secret keys',
    calls: /^runs\.list of a project$/,
    keys: ['root', 'additional'],
    line: /^request: "GET \/api\/v1\/projects\/proj_fake\/runs" → "GET \/api\/v1\/runs"$/,
  },
  {
    fact: '9',
    reason: 'a secret key has its environment with it',
    calls: /^runs\.list of a project$/,
    keys: ['root', 'additional'],
    line: /^query filter\[env\]: "prod" → nothing$/,
  },
  {
    fact: '3',
    reason: 'without a lower bound the server answers for the last seven days',
    calls: /^runs\.list (?:without filters|by older names|of staging|of all environments)$/,
    line: /^query filter\[createdAt\]\[from\]: nothing → "1"$/,
  },
  {
    fact: '31',
    reason: 'the filter knows some runs by the name that their status had before',
    calls: /^runs\.list by older names$/,
    line: /^query filter\[status\]: "EXECUTING,FAILED" → "EXECUTING,REATTEMPTING,FAILED,INTERRUPTED"$/,
  },
  {
    fact: 'f.2',
    reason: 'the queue is given as the API spells it',
    calls: /^runs\.list with filters$/,
    line: /^arguments: .*"queue":\{"type":"task","name":"(.*?)"\}.* → .*"queue":"task\/\1"/,
  },
  {
    fact: '6',
    reason: 'one environment a list, named as everywhere in this package',
    calls: /^runs\.list of (?:a project|staging|dev)$/,
    line: /^arguments: .*"env":"(\w+)".* → .*"environment":"\1"/,
  },
  {
    fact: '6',
    reason: 'the server compares with its own short name',
    calls: /^runs\.list of staging$/,
    line: /^query filter\[env\]: "staging" → "stg"$/,
  },
  {
    fact: '9',
    reason: 'with a secret key the server ignores the project ref, so it is compared with the project of the key',
    calls: /^runs\.list of a project$/,
    keys: notPat,
    line: /^request: nothing → GET \/api\/v1\/whoami$/,
  },
  {
    fact: '6',
    reason: 'without an environment the server fails, so each is asked on its own',
    calls: /^runs\.list of all environments$/,
    line: /^(?:request: nothing → GET .*\/environments|query filter\[env\]: nothing → "prod")$/,
  },
  {
    fact: '7',
    reason: 'the server would list the runs of any member',
    calls: /^runs\.list of dev$/,
    line: /^outcome: GET .* → environment_ambiguous$/,
  },
  {
    fact: '2',
    reason: 'the server would answer for the environment of the key',
    calls: /^(?:envvars\.list with another environment|runs\.list of a project)$/,
    keys: ['root', 'preview'],
    line: /^outcome: GET .* → environment_mismatch$/,
  },
  {
    fact: '1',
    reason: 'with prod, a branch redirects a token to that branch and is ignored with a key',
    calls: / with a branch in prod$/,
    line: /^outcome: GET .* → branch_not_allowed$/,
  },
  {
    fact: '50',
    reason: 'a branch is what was configured here, not what belongs to a deployment of something else',
    calls: /^runs\.retrieve on Vercel$/,
    line: /^branch: "main" → nothing$/,
  },
  {
    fact: '24',
    reason: 'the inner key wins, whichever way it is spelt',
    calls: /^runs\.retrieve in a secret key’s scope$/,
    line: /^key: "root prod" → "additional prod"$/,
  },
  {
    fact: 'b.0',
    reason: 'an empty body may be an error, {} never is',
    calls: /^(?:runs\.(?:cancel|replay)|schedules\.(?:de)?activate)$/,
    keys: notPat,
    line: /^(?:body: nothing → \{\}|contentType: nothing → "application\/json")$/,
  },
  {
    fact: '34',
    reason: 'create does not overwrite, so it is an import of one variable, without override',
    calls: /^envvars\.create$/,
    line: /^(?:request: "POST (.*)" → "POST \1\/import"|body (?:name|value): "\w+" → nothing|body (?:variables NAME: nothing → "value"|override: nothing → false))$/,
  },
  {
    fact: '4',
    reason: 'outside a task the SDK fails before it sends anything',
    calls: /^envvars\.update$/,
    line: /^outcome: ReferenceError → PUT \/api\/v1\/projects\/proj_fake\/envvars\/(?:prod|preview)\/NAME$/,
  },
  {
    fact: '35',
    reason: 'an unknown schedule is an error, where the server would create another',
    calls: /^schedules\.update$/,
    keys: notPat,
    line: /^request: nothing → GET \/api\/v1\/schedules\/sched_1$/,
  },
  {
    fact: 'b.5',
    reason: 'the list of time zones needs no key; here every call goes the same way',
    calls: /^schedules\.timezones$/,
    line: /^(?:key: "unknown" → .*|apiVersion: nothing → .*|branch: nothing → "feature\/one")$/,
  },
  {
    fact: '32',
    reason: 'the server takes one value of each filter; several, comma-joined, match nothing or are an error',
    calls: /^sessions\.list of several$/,
    line: /^outcome: GET \/api\/v1\/sessions → input_invalid$/,
  },
];
