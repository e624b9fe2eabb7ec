import type { RunStatus } from './types.js';

/** `current` for callers that send `x-trigger-api-version: 2025-07-16`, `legacy` for the rest. */
export type Vocabulary = 'current' | 'legacy';

export function vocabularyOf(request: Request): Vocabulary {
  return request.headers.get('x-trigger-api-version') === '2025-07-16' ? 'current' : 'legacy';
}

export function statusName(status: RunStatus, vocabulary: Vocabulary): string {
  if (vocabulary === 'legacy') {
    if (status === 'DEQUEUED') {
      return 'EXECUTING';
    }
    if (status === 'WAITING') {
      return 'FROZEN';
    }
  }
  return status;
}

/** What a value of `filter[status]` selects; both vocabularies are understood whatever the header says. */
const filterable: Readonly<Record<string, readonly RunStatus[]>> = {
  PENDING_VERSION: ['PENDING_VERSION'],
  QUEUED: ['QUEUED'],
  DEQUEUED: ['DEQUEUED'],
  EXECUTING: ['EXECUTING'],
  WAITING: ['WAITING'],
  DELAYED: ['DELAYED'],
  COMPLETED: ['COMPLETED'],
  CANCELED: ['CANCELED'],
  FAILED: ['FAILED'],
  CRASHED: ['CRASHED'],
  SYSTEM_FAILURE: ['SYSTEM_FAILURE'],
  EXPIRED: ['EXPIRED'],
  TIMED_OUT: ['TIMED_OUT'],
  // Legacy names. The fake stores no run in the states that the last three select.
  FROZEN: ['WAITING'],
  WAITING_FOR_DEPLOY: [],
  REATTEMPTING: [],
  INTERRUPTED: [],
};

export function statusesFor(name: string): readonly RunStatus[] | undefined {
  return Object.hasOwn(filterable, name) ? filterable[name] : undefined;
}

/** As the server computes them: an EXPIRED or TIMED_OUT run is none of these. */
export function statusFlags(status: string) {
  const isCompleted = ['COMPLETED', 'CANCELED', 'FAILED', 'CRASHED', 'SYSTEM_FAILURE'].includes(status);
  return {
    isQueued: ['QUEUED', 'DELAYED', 'PENDING_VERSION'].includes(status),
    isExecuting: ['EXECUTING', 'DEQUEUED', 'FROZEN'].includes(status),
    isCompleted,
    isFailed: isCompleted && status !== 'COMPLETED',
    isSuccess: status === 'COMPLETED',
    isCancelled: status === 'CANCELED',
    isWaiting: status === 'WAITING',
  };
}
