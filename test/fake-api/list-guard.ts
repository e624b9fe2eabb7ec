import type { ListQuery } from './list-query.js';
import { type Answer, json } from './problems.js';
import type { FakeProject } from './project.js';
import type { EnvName } from './types.js';

/** What a list of runs may cost: by the runs that its window holds, whatever of them is asked for, or by its length. */
export interface ListGuard {
  mostRuns?: number;
  mostMs?: number;
}

/** Only the status is documented: nothing may depend on this text. */
const tooMuch = json(422, { error: 'This query covers too many runs. Narrow the time window and try again.' });

/** The refusal of a list that costs too much, if it does; cursor, size of the page and other filters make it no cheaper. */
export function refusedAsTooMuch(project: FakeProject, env: EnvName, query: ListQuery): Answer | undefined {
  const { mostMs = Number.POSITIVE_INFINITY, mostRuns = Number.POSITIVE_INFINITY } = project.listGuard;
  const { fromMs } = query;
  const toMs = Math.min(query.toMs, project.now());
  const { all } = project.store.shelf(env);
  const at = (createdMs: number): number => all.lowerBound({ createdMs, internalId: '' });
  return toMs - fromMs > mostMs || at(toMs + 1) - at(fromMs) > mostRuns ? tooMuch : undefined;
}
