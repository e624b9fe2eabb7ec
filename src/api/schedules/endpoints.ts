import * as z from 'zod';
import type { Endpoint } from '../../gate/index.js';
import { environmentKeys, segmentInput, taskIdInput } from '../schema/inputs.js';
import { later } from '../schema/later.js';
import { ScheduleId } from '../schema/outcome.js';
import { number, string } from '../schema/scalars.js';
import { cronInput, timezoneInput } from './cron.js';
import { Schedule, SchedulePage, Timezones } from './models.js';

const docs = (page: string) => `https://trigger.dev/docs/management/schedules/${page}`;
const routes = (suffix: string) => [{ kinds: environmentKeys, path: `/api/v1/schedules${suffix}` }] as const;

const scheduleIdInput = later(() =>
  segmentInput('a schedule id', 256).describe(
    'Schedule id, or the deduplication key. Example: "sched_tnmu5j5t5kinairefa7sz"',
  ),
);

export const ScheduleIdInput = later(() => z.strictObject({ scheduleId: scheduleIdInput() }));

const params = ({ scheduleId }: { scheduleId: string }) => ({ scheduleId });

const definition = later(() => ({
  task: taskIdInput(),
  cron: cronInput(),
  timezone: timezoneInput().optional(),
  window: string()
    .regex(/^(?:[1-9]\d{0,3}[mh]|(?:[1-9]\d?|100)%)$/, 'must be minutes, hours or a percentage, such as 30m, 2h or 30%')
    .optional()
    .describe('Each run starts at a stable moment within this time after the cron time. Example: "30m"'),
  externalId: string().min(1).max(256).optional().describe('Your own id, handed to the task. Example: "user-42"'),
}));

export const SchedulesListInput = later(() =>
  z.strictObject({
    page: number().int().min(1).optional().describe('From 1. Example: 1'),
    perPage: number().int().min(1).max(100).optional().describe('Schedules on a page, 1 to 100. Example: 50'),
  }),
);

export const schedulesList = {
  name: 'schedules.list',
  documentedAs: 'schedules.list',
  summary: 'List the schedules of the environment, newest first.',
  docs: docs('list'),
  method: 'GET',
  repeat: 'safe',
  fullAccess: true,
  routes: routes(''),
  input: SchedulesListInput,
  output: SchedulePage,
  query: ({ page, perPage }) => ({
    ...(page !== undefined && { page: String(page) }),
    ...(perPage !== undefined && { perPage: String(perPage) }),
  }),
} as const satisfies Endpoint<z.output<ReturnType<typeof SchedulesListInput>>, SchedulePage>;

export const SchedulesCreateInput = later(() =>
  z.strictObject({
    ...definition(),
    deduplicationKey: string()
      .min(1)
      .max(256)
      .describe('The same key finds and replaces the same schedule. Example: "daily-report"'),
  }),
);

export const schedulesCreate = {
  name: 'schedules.create',
  documentedAs: 'schedules.create',
  summary: 'Create a schedule, or replace the one with the same deduplication key.',
  docs: docs('create'),
  method: 'POST',
  repeat: 'idempotent',
  fullAccess: true,
  routes: routes(''),
  input: SchedulesCreateInput,
  output: Schedule,
  body: (input) => input,
} as const satisfies Endpoint<z.output<ReturnType<typeof SchedulesCreateInput>>, Schedule>;

export const schedulesRetrieve = {
  name: 'schedules.retrieve',
  documentedAs: 'schedules.retrieve',
  summary: 'Retrieve a schedule.',
  docs: docs('retrieve'),
  method: 'GET',
  repeat: 'safe',
  fullAccess: true,
  routes: routes('/{scheduleId}'),
  input: ScheduleIdInput,
  output: Schedule,
  params,
} as const satisfies Endpoint<z.output<ReturnType<typeof ScheduleIdInput>>, Schedule>;

export const SchedulesUpdateInput = later(() => z.strictObject({ scheduleId: scheduleIdInput(), ...definition() }));

/** The server creates a schedule when the id is unknown: `updateSchedule` looks first. */
export const schedulesUpdate = {
  name: 'schedules.update',
  documentedAs: 'schedules.update',
  summary: 'Replace what a schedule runs and when; what is left out falls back to its default.',
  docs: docs('update'),
  method: 'PUT',
  repeat: 'idempotent',
  fullAccess: true,
  routes: routes('/{scheduleId}'),
  input: SchedulesUpdateInput,
  output: Schedule,
  params,
  body: ({ scheduleId: _, ...body }) => body,
} as const satisfies Endpoint<z.output<ReturnType<typeof SchedulesUpdateInput>>, Schedule>;

export const schedulesActivate = {
  name: 'schedules.activate',
  documentedAs: 'schedules.activate',
  summary: 'Let a schedule run again.',
  docs: docs('activate'),
  method: 'POST',
  repeat: 'idempotent',
  fullAccess: true,
  routes: routes('/{scheduleId}/activate'),
  input: ScheduleIdInput,
  output: Schedule,
  params,
  body: () => ({}),
} as const satisfies Endpoint<z.output<ReturnType<typeof ScheduleIdInput>>, Schedule>;

export const schedulesDeactivate = {
  ...schedulesActivate,
  name: 'schedules.deactivate',
  documentedAs: 'schedules.deactivate',
  summary: 'Pause a schedule.',
  docs: docs('deactivate'),
  routes: routes('/{scheduleId}/deactivate'),
} as const satisfies Endpoint<z.output<ReturnType<typeof ScheduleIdInput>>, Schedule>;

export const schedulesDel = {
  name: 'schedules.del',
  documentedAs: 'schedules.del',
  summary: 'Delete a schedule.',
  docs: docs('delete'),
  method: 'DELETE',
  repeat: 'idempotent',
  fullAccess: true,
  routes: routes('/{scheduleId}'),
  input: ScheduleIdInput,
  output: ScheduleId,
  params,
} as const satisfies Endpoint<z.output<ReturnType<typeof ScheduleIdInput>>, ScheduleId>;

export const TimezonesInput = later(() => z.strictObject({ excludeUtc: z.boolean().optional() }));

export const schedulesTimezones = {
  name: 'schedules.timezones',
  summary: 'List the time zones that a schedule may have.',
  docs: docs('timezones'),
  method: 'GET',
  repeat: 'safe',
  routes: [{ kinds: [...environmentKeys, 'pat'], path: '/api/v1/timezones' }],
  input: TimezonesInput,
  output: Timezones,
  query: ({ excludeUtc }) => (excludeUtc === true ? { excludeUtc: 'true' } : {}),
} as const satisfies Endpoint<z.output<ReturnType<typeof TimezonesInput>>, Timezones>;
