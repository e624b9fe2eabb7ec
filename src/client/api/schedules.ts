import type { Schedule } from '../../api/index.js';
import {
  type EndpointInput,
  type EndpointOutput,
  schedulesActivate,
  schedulesCreate,
  schedulesDeactivate,
  schedulesDel,
  schedulesList,
  schedulesRetrieve,
  schedulesTimezones,
  updateSchedule,
} from '../../api/index.js';
import { type NumberedPage, numberedPages } from '../numbered-pages.js';
import type { PagePromise } from '../pages.js';
import type { RequestOptions } from '../send.js';
import { type Bound, once } from './bind.js';

type Output = EndpointOutput<'schedules.retrieve'>;

export interface SchedulesApi {
  /** @see https://trigger.dev/docs/management/schedules/list */
  list(
    params?: EndpointInput<'schedules.list'>,
    requestOptions?: RequestOptions,
  ): PagePromise<Schedule, NumberedPage<Schedule>>;
  /**
   * Creates a schedule, or replaces the one with the same `deduplicationKey`.
   * @see https://trigger.dev/docs/management/schedules/create
   */
  create(params: EndpointInput<'schedules.create'>, requestOptions?: RequestOptions): Promise<Output>;
  /**
   * By id or deduplication key.
   * @see https://trigger.dev/docs/management/schedules/retrieve
   */
  retrieve(scheduleId: string, requestOptions?: RequestOptions): Promise<Output>;
  /**
   * Replaces a schedule; an unknown one is an error (`not_found`), where the server would create another.
   * @see https://trigger.dev/docs/management/schedules/update
   */
  update(
    scheduleId: string,
    params: Omit<EndpointInput<'schedules.update'>, 'scheduleId'>,
    requestOptions?: RequestOptions,
  ): Promise<Output>;
  /** @see https://trigger.dev/docs/management/schedules/activate */
  activate(scheduleId: string, requestOptions?: RequestOptions): Promise<Output>;
  /** @see https://trigger.dev/docs/management/schedules/deactivate */
  deactivate(scheduleId: string, requestOptions?: RequestOptions): Promise<Output>;
  /** @see https://trigger.dev/docs/management/schedules/delete */
  del(scheduleId: string, requestOptions?: RequestOptions): Promise<EndpointOutput<'schedules.del'>>;
  /** @see https://trigger.dev/docs/management/schedules/timezones */
  timezones(
    params?: EndpointInput<'schedules.timezones'>,
    requestOptions?: RequestOptions,
  ): Promise<EndpointOutput<'schedules.timezones'>>;
}

export const schedulesApi = ({ bind, one, several }: Bound): SchedulesApi => ({
  list: (params, options) => {
    const call = once(bind);
    const fetch = async (page: number) => call()(schedulesList, { ...params, page }, options);
    return numberedPages<Schedule>(params?.page ?? 1, fetch);
  },
  create: (params, options) => one(schedulesCreate, params, options),
  retrieve: (scheduleId, options) => one(schedulesRetrieve, { scheduleId }, options),
  update: (scheduleId, params, options) =>
    several(options, (ask, { connection }) => updateSchedule(connection, ask, { ...params, scheduleId })),
  activate: (scheduleId, options) => one(schedulesActivate, { scheduleId }, options),
  deactivate: (scheduleId, options) => one(schedulesDeactivate, { scheduleId }, options),
  del: (scheduleId, options) => one(schedulesDel, { scheduleId }, options),
  timezones: (params = {}, options) => one(schedulesTimezones, params, options),
});
