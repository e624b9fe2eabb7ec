import * as z from 'zod';
import {
  createVariable,
  type EndpointInput,
  inputOf,
  redactedValue,
  triggerBatch,
  updateSchedule,
  uploadVariables,
} from '../endpoints/index.js';
import { EnvironmentVariable, Project, ProjectEnvironment } from '../models/index.js';
import { composedAction } from './call.js';
import type { NangoBase } from './nango.js';

/** A list as an action gives it: Nango's tools want an object at the top. */
export const EnvironmentVariables = z.object({ variables: z.array(EnvironmentVariable) });

export const Projects = z.object({ projects: z.array(Project) });

export const ProjectEnvironments = z.object({ environments: z.array(ProjectEnvironment) });

const append = inputOf('sessions.append').shape;

/** A record for the `in` channel, which is the one that the task reads. */
export const SessionMessage = z.strictObject({ session: append.session, data: append.data, partId: append.partId });

/** What a write of environment variables came to. */
export const VariablesWritten = z.object({
  success: z.boolean(),
  warnings: z
    .array(z.object({ code: z.string(), field: z.string(), message: z.string() }))
    .describe('`reserved_name`: a variable that the server does not store.'),
});

/** The batch that was created. */
export const BatchCreated = z.object({
  batchId: z.string().describe('Batch id. Example: "batch_cm1abcdefghijklmnopqrstuv"'),
  runCount: z.number(),
  isCached: z.boolean(),
});

/** An older server may send a secret's value, or not say that it is one: it stays here. */
function withoutSecret(variable: EnvironmentVariable): EnvironmentVariable {
  return variable.isSecret ? { ...variable, value: redactedValue } : variable;
}

export async function listEnvVars(
  nango: NangoBase,
  input: EndpointInput<'envvars.list'>,
): Promise<z.infer<typeof EnvironmentVariables>> {
  return composedAction(nango, async (ask) => ({
    variables: (await ask('envvars.list', input)).map(withoutSecret),
  }));
}

export async function getEnvVar(
  nango: NangoBase,
  input: EndpointInput<'envvars.retrieve'>,
): Promise<EnvironmentVariable> {
  return composedAction(nango, async (ask) => withoutSecret(await ask('envvars.retrieve', input)));
}

export async function createEnvVar(nango: NangoBase, input: EndpointInput<'envvars.create'>) {
  return composedAction(nango, (ask) => createVariable(ask, input));
}

export async function uploadEnvVars(nango: NangoBase, input: EndpointInput<'envvars.upload'>) {
  return composedAction(nango, (ask) => uploadVariables(ask, input));
}

export async function updateScheduleAction(nango: NangoBase, input: EndpointInput<'schedules.update'>) {
  return composedAction(nango, (ask, connection) => updateSchedule(connection, ask, input));
}

export async function batchTriggerTasks(nango: NangoBase, input: EndpointInput<'batch.trigger'>) {
  return composedAction(nango, (ask) => triggerBatch(ask, 'batch.trigger', input));
}

export async function sendSessionInput(nango: NangoBase, input: z.infer<typeof SessionMessage>) {
  return composedAction(nango, (ask) => ask('sessions.append', { ...input, channel: 'in' }));
}

export async function listProjects(
  nango: NangoBase,
  input: EndpointInput<'projects.list'>,
): Promise<z.infer<typeof Projects>> {
  return composedAction(nango, async (ask) => ({ projects: await ask('projects.list', input) }));
}

export async function listEnvironments(
  nango: NangoBase,
  input: EndpointInput<'projects.environments'>,
): Promise<z.infer<typeof ProjectEnvironments>> {
  return composedAction(nango, async (ask) => ({ environments: await ask('projects.environments', input) }));
}
