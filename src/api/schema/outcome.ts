import * as z from 'zod';
import { apiObject } from '../../gate/index.js';
import { later } from './later.js';
import { string } from './scalars.js';

export const RunId = later(() =>
  apiObject({ id: string().describe('Run id. Example: "run_cm1abcdefghijklmnopqrstuv"') }),
);

export type RunId = z.infer<ReturnType<typeof RunId>>;

export const ScheduleId = later(() => apiObject({ id: string().describe('Id of the deleted schedule.') }));

export type ScheduleId = z.infer<ReturnType<typeof ScheduleId>>;

export const Success = later(() => apiObject({ success: z.boolean() }));

export type Success = z.infer<ReturnType<typeof Success>>;
