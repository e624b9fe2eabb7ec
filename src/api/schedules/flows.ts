import type { Connection } from '../../connection/index.js';
import type { Ask } from '../../gate/index.js';
import { buildRequest } from '../../gate/index.js';
import type { EndpointInput } from '../registry.js';
import { schedulesRetrieve, schedulesUpdate } from './endpoints.js';
import type { Schedule } from './models.js';

/** Replaces a schedule. The server would create one for an unknown id, so it is looked up first: `not_found`. */
export async function updateSchedule(
  connection: Connection,
  ask: Ask,
  input: EndpointInput<'schedules.update'>,
): Promise<Schedule> {
  // What is wrong is said before the first of the two requests.
  buildRequest(connection, schedulesUpdate, input);
  const { id } = await ask(schedulesRetrieve, { scheduleId: input.scheduleId });
  return ask(schedulesUpdate, { ...input, scheduleId: id });
}
