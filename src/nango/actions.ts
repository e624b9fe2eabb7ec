import * as z from 'zod';
import {
  batchTrigger,
  createVariable,
  type EndpointInput,
  EnvironmentVariable,
  envvarsList,
  envvarsRetrieve,
  later,
  number,
  Project,
  ProjectEnvironment,
  projectsEnvironments,
  projectsList,
  redactedValue,
  sessionsAppend,
  string,
  triggerBatch,
  updateSchedule,
  uploadVariables,
} from '../api/index.js';
import { ConnectorError } from '../errors/index.js';
import { composedAction } from './call.js';
import type { NangoBase } from './nango.js';

/** A list as an action gives it: Nango's tools want an object at the top. */
export const EnvironmentVariables = later(() => z.object({ variables: z.array(EnvironmentVariable()) }));

export const Projects = later(() => z.object({ projects: z.array(Project()) }));

export const ProjectEnvironments = later(() => z.object({ environments: z.array(ProjectEnvironment()) }));

/** What a write of environment variables came to. */
export const VariablesWritten = later(() =>
  z.object({
    success: z.boolean(),
    warnings: z
      .array(z.object({ code: string(), field: string(), message: string() }))
      .describe('`reserved_name`: a variable that the server does not store.'),
  }),
);

/** The batch that was created. */
export const BatchCreated = later(() =>
  z.object({
    batchId: string().describe('Batch id. Example: "batch_cm1abcdefghijklmnopqrstuv"'),
    runCount: number(),
    isCached: z.boolean(),
  }),
);

/** An older server may send a secret's value, or not say that it is one: it stays here, and so does what else came with it. */
function withoutSecret(variable: EnvironmentVariable): EnvironmentVariable {
  const { isSecret, name } = variable;
  return isSecret ? { name, value: redactedValue, isSecret } : variable;
}

export async function listEnvVars(
  nango: NangoBase,
  input: EndpointInput<'envvars.list'>,
): Promise<z.infer<ReturnType<typeof EnvironmentVariables>>> {
  return composedAction(nango, async (ask) => ({
    variables: (await ask(envvarsList, input)).map(withoutSecret),
  }));
}

export async function getEnvVar(
  nango: NangoBase,
  input: EndpointInput<'envvars.retrieve'>,
): Promise<EnvironmentVariable> {
  return composedAction(nango, async (ask) => withoutSecret(await ask(envvarsRetrieve, input)));
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
  return composedAction(nango, (ask) => triggerBatch(ask, batchTrigger, input ?? {}));
}

/** A record for the `in` channel, which is the one that the task reads. */
export async function sendSessionInput(nango: NangoBase, input: Omit<EndpointInput<'sessions.append'>, 'channel'>) {
  return composedAction(nango, async (ask) => {
    // Nango does not check inputs: one that asks for the other channel must not land in this one.
    if ((input as { channel?: unknown } | undefined)?.channel !== undefined) {
      throw new ConnectorError('input_invalid', 'send-session-input has no channel: it sends to the task.', {
        path: 'channel',
      });
    }
    return ask(sessionsAppend, { ...input, channel: 'in' });
  });
}

export async function listProjects(
  nango: NangoBase,
  input: EndpointInput<'projects.list'>,
): Promise<z.infer<ReturnType<typeof Projects>>> {
  return composedAction(nango, async (ask) => ({ projects: await ask(projectsList, input) }));
}

export async function listEnvironments(
  nango: NangoBase,
  input: EndpointInput<'projects.environments'>,
): Promise<z.infer<ReturnType<typeof ProjectEnvironments>>> {
  return composedAction(nango, async (ask) => ({ environments: await ask(projectsEnvironments, input) }));
}
