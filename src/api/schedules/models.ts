import * as z from 'zod';
import { apiObject } from '../../gate/index.js';
import { later } from '../schema/later.js';
import { number, string } from '../schema/scalars.js';
import { timestamp } from '../schema/timestamp.js';

export const Schedule = later(() =>
  apiObject({
    id: string().describe('Schedule id. Example: "sched_tnmu5j5t5kinairefa7sz"'),
    type: string().describe('IMPERATIVE (made by an API call) or DECLARATIVE (made by code, cannot be changed here).'),
    task: string().describe('Id of the task. Example: "send-report"'),
    active: z.boolean(),
    deduplicationKey: string().nullish().describe('The key that creates or finds it.'),
    externalId: string().nullish().describe('Your own id; lists answer null.'),
    generator: apiObject({
      type: string(),
      expression: string().describe('Cron expression. Example: "0 9 * * 1-5"'),
      description: string().optional(),
    }),
    timezone: string().describe('IANA time zone. Example: "Europe/Rome"'),
    window: string().nullish().describe('Each run starts at a stable moment within this time. Example: "30m"'),
    nextRun: timestamp('When it runs next.').nullish(),
    environments: z
      .array(apiObject({ id: string(), type: string(), userName: string().nullish() }))
      .describe('Where it runs.'),
  }).describe('A schedule that triggers a task.'),
);

export type Schedule = z.infer<ReturnType<typeof Schedule>>;

export const SchedulePage = later(() =>
  apiObject({
    data: z.array(Schedule()),
    pagination: apiObject({
      currentPage: number(),
      totalPages: number(),
      count: number().describe('Schedules in all.'),
    }),
  }),
);

export type SchedulePage = z.infer<ReturnType<typeof SchedulePage>>;

export const Timezones = later(() =>
  apiObject({ timezones: z.array(string()).describe('IANA names. Example: ["UTC"]') }),
);

export type Timezones = z.infer<ReturnType<typeof Timezones>>;
