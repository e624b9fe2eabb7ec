import { nextCall } from './next-call.js';
import { randomRunBody } from './random.js';

export interface ChannelRecord {
  seqNum: number;
  timestamp: number;
  /** Text as it came; empty for a control record. */
  data: string;
  id: string;
  headers?: readonly (readonly [string, string])[];
}

interface Channel {
  records: ChannelRecord[];
  parts: Set<string>;
  listeners: Set<() => void>;
}

/** What was appended to the channels of sessions, in order. */
export class ChannelStore {
  readonly #now: () => number;
  readonly #channels = new Map<string, Channel>();

  constructor(now: () => number) {
    this.#now = now;
  }

  /** Undefined for a part that was appended before. */
  append(
    name: string,
    data: string,
    { partId, headers }: { partId?: string; headers?: ChannelRecord['headers'] } = {},
  ): ChannelRecord | undefined {
    const channel = this.#open(name);
    if (partId !== undefined && channel.parts.has(partId)) {
      return undefined;
    }
    const record: ChannelRecord = {
      seqNum: channel.records.length,
      timestamp: this.#now(),
      data,
      id: partId ?? randomRunBody().slice(-7),
      ...(headers === undefined ? {} : { headers }),
    };
    channel.records.push(record);
    if (partId !== undefined) {
      channel.parts.add(partId);
    }
    for (const listener of [...channel.listeners]) {
      listener();
    }
    return record;
  }

  /** Those after a sequence number; -1 for all. */
  after(name: string, seqNum: number): ChannelRecord[] {
    return this.#open(name).records.slice(seqNum + 1);
  }

  /** Whether something was appended after the sequence number within the time. */
  waitFor(name: string, seqNum: number, waitMs: number, signal: AbortSignal): Promise<boolean> {
    const { records, listeners } = this.#open(name);
    return records.length > seqNum + 1 ? Promise.resolve(true) : nextCall(listeners, waitMs, signal);
  }

  #open(name: string): Channel {
    const channel = this.#channels.get(name) ?? { records: [], parts: new Set(), listeners: new Set() };
    this.#channels.set(name, channel);
    return channel;
  }
}
