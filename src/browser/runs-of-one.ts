import type { EndpointInput, Run } from '../api/index.js';
import { runsList } from '../api/runs/endpoints.js';
import type { Call } from '../client/caller.js';
import type { Cursor, CursorAnswer } from '../client/pages.js';
import type { RequestOptions } from '../client/send.js';

/** A token is for one environment, so there is nothing to merge: in place of `client/merged-runs.ts` in the bundle. */
export const mergedRuns =
  (call: Call, input: EndpointInput<'runs.list'>, options: RequestOptions | undefined) =>
  (position: Cursor): Promise<CursorAnswer<Run>> =>
    call(runsList, { ...input, ...position }, options);
