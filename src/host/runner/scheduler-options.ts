import { ConnectorError } from '../../errors/index.js';
import type { Host } from '../host.js';
import type { Log } from '../log.js';
import type { Tell } from '../webhook-bodies.js';

export interface SchedulerOptions {
  readonly log?: Log;
  readonly now?: () => number;
  /** Hears how each sync ended. */
  readonly tell?: Tell;
  /** Also of a sync that changed nothing, which Nango says only where it is asked to. */
  readonly tellsUnchanged?: boolean;
  /** Syncs that work at a time, from 1 to 64; 4 when left out. Those that wait for a server are not counted. */
  readonly concurrency?: number;
}

/** What it needs of a host. */
export type SchedulerHost = Pick<
  Host,
  | 'functions'
  | 'describeSync'
  | 'likeNango'
  | 'runSync'
  | 'stopSync'
  | 'resetSync'
  | 'canSync'
  | 'isConnected'
  | 'store'
> & { readonly connections: Pick<Host['connections'], 'ids' | 'get'> };

/** Each may hold several pages of 32 MiB. */
export const mostConcurrency = 64;

export const usualConcurrency = 4;

/** Throws `input_invalid` for what is no concurrency. */
export function checkedConcurrency(concurrency: number): number {
  if (!Number.isInteger(concurrency) || concurrency < 1 || concurrency > mostConcurrency) {
    throw new ConnectorError(
      'input_invalid',
      `concurrency is how many syncs work at a time: a whole number from 1 to ${mostConcurrency}.`,
      { path: 'concurrency' },
    );
  }
  return concurrency;
}
