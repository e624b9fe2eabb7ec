import type { Received } from '../setup/webhook-receiver.js';
import type { LogEvent } from './host-process.js';

interface Counts {
  readonly added: number;
  readonly updated: number;
  readonly deleted: number;
}

/** What one ended run of a sync changed, as the log and as a webhook says it. */
const told = (connection: unknown, sync: unknown, { added, deleted, updated }: Counts) =>
  `${connection} ${sync} +${added} ~${updated} -${deleted}`;

const countsOf = (event: LogEvent) => event as unknown as Counts;

/** Those that changed something, which are the ones that a webhook tells of. */
const changes = (events: readonly LogEvent[]) =>
  events.filter((event) => {
    const { added, deleted, updated } = countsOf(event);
    return event.event === 'sync.finished' && added + deleted + updated > 0;
  });

/** What of the one is not in the other, one for one. */
function without(all: readonly string[], some: readonly string[]): string[] {
  const left = [...all];
  for (const one of some) {
    const place = left.indexOf(one);
    if (place >= 0) {
      left.splice(place, 1);
    }
  }
  return left;
}

export interface Deliveries {
  /** Webhooks of runs that the log does not know, or twice. */
  readonly doubled: readonly string[];
  /** Runs that changed something, and nobody was told. */
  readonly missing: readonly string[];
  /** How many webhooks the log does not call sent: so many may be missing after a kill. */
  readonly unsent: number;
  /** Runs that webhooks told of as added, by connection. */
  readonly addedRuns: ReadonlyMap<string, number>;
}

/** What webhooks about syncs that ended well told, beside the log of the same time. */
export function deliveriesOf(received: readonly Received[], events: readonly LogEvent[]): Deliveries {
  const bodies = received.map(({ body }) => body).filter(({ success, type }) => type === 'sync' && success === true);
  const results = (body: (typeof bodies)[number]) => body['responseResults'] as Counts;
  const delivered = bodies.map((body) => told(body['connectionId'], body['syncName'], results(body)));
  const logged = changes(events).map((event) => told(event.connection, event.sync, countsOf(event)));
  const sent = events.filter(({ event, type }) => event === 'webhook.sent' && type === 'sync');
  const addedRuns = new Map<string, number>();
  for (const body of bodies.filter(({ model }) => model === 'Run')) {
    const id = String(body['connectionId']);
    addedRuns.set(id, (addedRuns.get(id) ?? 0) + results(body).added);
  }
  return {
    doubled: without(delivered, logged),
    missing: without(logged, delivered),
    unsent: logged.length - sent.length,
    addedRuns,
  };
}
