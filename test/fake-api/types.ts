export type RunStatus =
  | 'PENDING_VERSION'
  | 'QUEUED'
  | 'DEQUEUED'
  | 'EXECUTING'
  | 'WAITING'
  | 'DELAYED'
  | 'COMPLETED'
  | 'CANCELED'
  | 'FAILED'
  | 'CRASHED'
  | 'SYSTEM_FAILURE'
  | 'EXPIRED'
  | 'TIMED_OUT';

/** How a test names an environment. `dev` is alice's; carol has her own, as every member has. */
export type EnvName = 'dev' | 'dev:carol' | 'stg' | 'prod' | 'preview' | 'preview:feature/one' | 'other:prod';

export interface FakeEnvironment {
  name: EnvName;
  /** Internal id, what tokens carry as `sub`. */
  id: string;
  slug: string;
  type: 'DEVELOPMENT' | 'STAGING' | 'PREVIEW' | 'PRODUCTION';
  projectRef: string;
  rootKey: string;
  branchName: string | null;
  parent?: EnvName;
  /** Whose development environment this is. */
  owner?: string;
}

export interface FakeVariable {
  name: string;
  value: string;
  isSecret: boolean;
}

export interface FakeUser {
  name: string;
  id: string;
  email: string;
  /** Refs of the projects whose organisation the user belongs to. */
  projects: readonly string[];
}

export interface RunError {
  message: string;
  name?: string;
  stackTrace?: string;
}

/** One run: what the list and the retrieve endpoint show, without the fields that follow from others. */
export interface FakeRun {
  readonly id: string;
  readonly env: EnvName;
  readonly createdAt: string;
  status: RunStatus;
  taskIdentifier: string;
  updatedAt: string;
  startedAt?: string;
  finishedAt?: string;
  delayedUntil?: string;
  expiredAt?: string;
  ttl?: string;
  version?: string;
  idempotencyKey?: string;
  isTest: boolean;
  tags: readonly string[];
  costInCents: number;
  baseCostInCents: number;
  durationMs: number;
  depth: number;
  metadata?: unknown;
  region: string;
  taskKind: string;
  payload?: unknown;
  output?: unknown;
  error?: RunError;
  attemptCount: number;
  batchId?: string;
}

/** Runs triggered together. Its status follows from them. */
export interface FakeBatch {
  readonly id: string;
  readonly env: EnvName;
  readonly createdAt: string;
  readonly runCount: number;
  readonly idempotencyKey?: string;
  updatedAt: string;
  /** Ids, in the order the runs were created. */
  runs: string[];
  /** Indexes of the items that have come. */
  indexes: Set<number>;
  /** Complete: no more items are accepted. */
  sealed: boolean;
}

export type NewBatch = Partial<Omit<FakeBatch, 'env'>> & Pick<FakeBatch, 'runCount'>;

type Loose<T> = { -readonly [K in keyof T]?: T[K] | undefined };

export type NewRun = Loose<Omit<FakeRun, 'env'>>;

/** `undefined` removes a field. `updatedAt` becomes now unless given. */
export type RunPatch = Loose<Omit<FakeRun, 'id' | 'env' | 'createdAt'>>;

const terminal: ReadonlySet<RunStatus> = new Set<RunStatus>([
  'COMPLETED',
  'CANCELED',
  'FAILED',
  'CRASHED',
  'SYSTEM_FAILURE',
  'EXPIRED',
  'TIMED_OUT',
]);

export function isTerminal(status: RunStatus): boolean {
  return terminal.has(status);
}
