import type { StandInName } from './stand-ins.js';

/** What our stand-ins for Nango make of one fact about it. */
export interface LimitRow {
  readonly what: string;
  /**
   * `enforced`: always so here. `emulated`: with `platform: 'nango'`. `kept`: otherwise here, for a reason. `next`: not
   * looked at yet.
   */
  readonly state: 'enforced' | 'emulated' | 'kept' | 'next';
  readonly why?: string;
  /** Both where it is left out. */
  readonly on?: readonly StandInName[];
}

const enforced = (what: string, ...on: StandInName[]): LimitRow => ({
  what,
  state: 'enforced',
  ...(on.length > 0 && { on }),
});
const emulated = (what: string, ...on: StandInName[]): LimitRow => ({
  what,
  state: 'emulated',
  ...(on.length > 0 && { on }),
});
const kept = (what: string, why: string): LimitRow => ({ what, state: 'kept', why });
const next = (what: string): LimitRow => ({ what, state: 'next' });

/** By the numbers of the list of facts. */
export const nangoLimits: Readonly<Record<string, LimitRow>> = {
  '1.1': enforced('a checkpoint text has at most 4,000 UTF-16 units'),
  '1.2': enforced('that limit holds for every field'),
  '1.3': enforced('a checkpoint has at most 16 fields, a field name at most 255 characters'),
  '1.4': enforced('a checkpoint field is a text, a finite number or a boolean'),
  '1.5': enforced('the second of two checkpoint saves at once is refused'),
  '1.6': emulated('a failed read of the checkpoint gives none'),
  '1.7': emulated('a checkpoint save whose response was lost is refused when it is sent again'),
  '1.8': emulated('a checkpoint save after a stop is done first, then throws'),
  '1.9': emulated('a function whose time is nearly over is interrupted at its checkpoint'),
  '1.10': enforced('a reset deletes the checkpoint and the open tracking'),
  '1.11': enforced('a checkpoint belongs to a connection and a sync', 'host'),
  '1.12': enforced('NUL and half character pairs are refused in a checkpoint'),

  '2.1': enforced('records are saved a thousand per request, each request as a whole'),
  '2.2': enforced('a request of records has at most 100 MB'),
  '2.3': enforced('an id is a text of 1 to 255 characters or a number other than 0, and loses its NULs'),
  '2.4': enforced('the first record of an id in a batch counts, the log names the others'),
  '2.5': enforced('a record has changed when its JSON has'),
  '2.6': enforced('records are stored as JSON has them'),
  '2.7': enforced('_nango_metadata is taken off'),
  '2.8': kept(
    'records are stored only with an encryption key',
    'the host seals credentials; records stay readable on one machine',
  ),
  '2.9': enforced('a deleted record keeps what it was deleted with'),
  '2.10': enforced('the delete of an id that was never saved stores a deleted record'),
  '2.11': enforced('the delete of a deleted record moves its time and cursor'),
  '2.12': enforced('a deleted record that is saved again is a new one'),
  '2.13': enforced('what the end of a tracking deletes keeps its body'),
  '2.14': enforced('a tracking that is open goes on when it is started again'),
  '2.15': kept('deletes of a tracking count for the run that started it', 'a run here tells what it did itself'),
  '2.16': kept('the end of a tracking throws when the job that started it was removed', 'no job is removed here'),
  '2.17': kept(
    'what was saved is remembered for three days',
    'a mark in the store does not expire; our trackings last one run',
  ),
  '2.18': enforced('the end of a tracking without a start throws'),
  '2.19': kept('a tracking deletes in batches of 10,000', 'one transaction leaves nothing half done'),
  '2.20': emulated('the payload of a record that did not change for 30 days is emptied'),
  '2.21': emulated('records of a sync that did not run for 60 days are deleted'),
  '2.22': enforced('records of a model that the sync does not declare are refused'),
  '2.23': enforced('records are not checked against their model'),
  '2.24': kept('writes of one model wait for each other', 'a write here is one synchronous transaction'),
  '2.25': kept('a cursor is a time and an id', 'a growing number cannot pass over a record'),
  '2.26': enforced('getRecordsByIds reads deleted records too; batchUpdate and listRecords are not offered'),

  '3.1': kept('metadata is an object of any size', '4 MiB and 100 connections per call protect one process'),
  '3.2': next('POST replaces metadata, PATCH merges its top level'),
  '3.3': emulated('another key for a connection drops its metadata', 'host', 'fake'),
  '3.4': kept(
    'an import without tags drops the tags',
    'another key for a connection is no reason to forget whose it is',
  ),
  '3.5': next('a function sees metadata that is up to 60 s old'),
  '3.6': enforced('metadata of an unknown connection is 404', 'host'),

  '4.1': enforced('connectionConfig in an endpoint becomes connection_config'),
  '4.2': enforced('the proxy retries 429 and 5xx, and never 404, 408 or 409', 'host'),
  '4.3': kept('401 is retried with the published provider entry', 'ours names the statuses, and ours is what runs'),
  '4.4': kept('the proxy waits for any reset', 'a wait is bounded: a function would hang until its limit'),
  '4.5': enforced('retries: 0 is one attempt', 'host'),
  '4.6': kept('a request has no timeout', 'a host that drops packets would hold a run for minutes'),
  '4.7': kept('a response has no largest size', '32 MiB protect the memory of one process'),
  '4.8': kept('redirects are followed', 'a key must not follow one; a redirect is an error that says where'),
  '4.9': kept('a private address fails as an error without a response', 'egress_blocked says what to do'),
  '4.10': enforced('a falsy body is left out, text that is said to be JSON becomes JSON'),
  '4.11': enforced('query values are joined by commas, empty ones stay'),
  '4.12': kept('Nango rewrites some headers', 'the host sends those of the request, under its own user-agent'),
  '4.13': enforced('a status of 300 and above is thrown, with the response'),
  '4.14': emulated('an error of the API of Nango comes out of nango.proxy with a response'),
  '4.15': kept('nango.proxy may call another host', 'a connection talks to its own host only'),

  '5.1': enforced('the calls of a stopped function throw script_aborted'),
  '5.2': emulated('a stop cuts off no request: the function goes on until its next call'),
  '5.3': enforced('a pause stops what runs', 'host'),
  '5.4': enforced('an action runs for 15 minutes at most, a sync for 24 hours', 'host'),
  '5.5': kept(
    'an action goes on when its caller goes away',
    'work that nobody waits for is cut off, unless it is asynchronous',
  ),
  '5.6': emulated('a trigger while the sync runs is lost', 'host'),
  '5.7': enforced('emptyCache without reset empties nothing, opts beside sync_mode is refused', 'host'),
  '5.8': emulated('a failed sync runs again at its usual time', 'host'),
  '5.9': emulated('asynchronous actions run one after the other', 'host'),
  '5.10': kept('at most 10,000 tasks wait', 'four syncs at a time, and each waits once'),
  '5.11': kept('the memory of a runner is limited', 'Node limits that of the process'),

  '6.1': enforced('a function has the globals of the runner and no others', 'host'),
  '6.2': enforced('Error is the one of the host, other error classes are not', 'host'),
  '6.3': enforced('require gives url, crypto and zod, and not node:crypto', 'host'),
  '6.4': kept('the runner has zod 4.0.5', 'a second zod costs memory; a test runs the functions with that version'),
  '6.5': kept('a function is evaluated anew for each run', 'loading costs 10 ms; our functions keep no state'),
  '6.6': kept('names of nango that a function may not use throw', 'they are not there at all'),

  '7.1': enforced('a falsy input becomes {}', 'host'),
  '7.2': enforced('input and output are not checked against their schemas', 'host'),
  '7.3': enforced('an output has at most 2,097,152 bytes of UTF-8', 'host'),
  '7.4': enforced('a failure that a function reports is always 500', 'host'),
  '7.5': kept('the payload of an error is cut', 'payloads of our errors are small'),
  '7.6': kept(
    'results of asynchronous actions are kept for 5 days, failed ones repeated',
    'a day is enough here, and a repeat could trigger a second run',
  ),
  '7.7': emulated('a log message below warn is dropped'),
  '7.8': kept('a log message has at most 10,000 characters', '2,000 are enough for a local log'),

  '8.1': kept('an API key has at most 1,024 characters', 'the same here; the rules then ask for a key of Trigger.dev'),
  '8.2': kept(
    'an imported connection id is any text',
    'one that a path or a header cannot hold could not be asked for',
  ),
  '8.3': enforced('a connection has at most 10 tags, their names lower-cased', 'host'),
  '8.4': enforced('end_user.email is a mail address', 'host'),
  '8.5': emulated('another key keeps records and checkpoints whatever it reads', 'host'),
  '8.6': kept('a refused key replaces the former one all the same', 'a customer keeps what works'),
  '8.7': kept('syncs of an import start before it is checked', 'a refused import leaves nothing behind'),
  '8.8': next('a refusal says what the payload says'),
  '8.9': next('a self-hosted Nango without a licence runs no functions'),
  '8.10': kept('a session may connect several times', 'a link that was used is of no use to whoever finds it'),
  '8.11': enforced('an unknown integration is 404', 'host'),
  '8.12': kept(
    'a base URL with a scheme breaks',
    'it is taken here and given back as it was; the move takes the scheme off',
  ),
  '8.13': next('falsy values of connection_config are dropped'),

  '9.1': enforced('the keys of a webhook body are sorted', 'host'),
  '9.2': next('a webhook is sent three times at most, and not again after 4xx'),
  '9.3': enforced('a sync without changes sends no webhook', 'host'),
  '9.4': enforced('a failed sync sends one webhook for all its models', 'host'),
  '9.5': enforced('records are read by times of the last 12 months only', 'host'),
  '9.6': enforced('a filter for updated and deleted gives updated only', 'host'),
  '9.7': emulated('an account has 200 calls per minute', 'host'),
  '9.8': next('a body has at most 75 MB'),
  '9.9': next('a frequency is at least 30 seconds'),
  '9.10': next('a deployment has limits of its own'),
  '9.11': next('a provider is verified by its endpoints'),
};
