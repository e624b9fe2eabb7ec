import * as z from 'zod';
import { apiObject } from './api-object.js';

export const RunId = apiObject({ id: z.string().describe('Run id. Example: "run_cm1abcdefghijklmnopqrstuv"') });

export type RunId = z.infer<typeof RunId>;

export const ScheduleId = apiObject({ id: z.string().describe('Id of the deleted schedule.') });

export type ScheduleId = z.infer<typeof ScheduleId>;

export const Success = apiObject({ success: z.boolean() });

export type Success = z.infer<typeof Success>;
