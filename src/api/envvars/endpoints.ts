import * as z from 'zod';
import type { Endpoint } from '../../gate/index.js';
import { segmentInput, targetInputs, targetOf } from '../schema/inputs.js';
import { later } from '../schema/later.js';
import { Success } from '../schema/outcome.js';
import { string } from '../schema/scalars.js';
import { EnvironmentVariable } from './models.js';

const path = '/api/v1/projects/{projectRef}/envvars/{environment}';

const routes = (suffix: string) =>
  [
    {
      kinds: ['root', 'additional', 'pat', 'unknown'],
      path: `${path}${suffix}`,
      needs: ['projectRef', 'environment'],
    },
  ] as const;

/** What a secret's value is replaced with; written back, it would become the value. */
export const redactedValue = '<redacted>';

const newName = later(() =>
  string()
    .max(256)
    .regex(/^[A-Za-z_]\w*$/, 'must be letters, digits and _, not a digit first')
    .describe('Name of the variable. Example: "DATABASE_URL"'),
);

/** A variable that exists may have any name that was once allowed. */
const nameInput = later(() =>
  segmentInput('the name of a variable', 1024).describe('Name of the variable. Example: "DATABASE_URL"'),
);

const valueInput = later(() =>
  string()
    .refine((value) => value !== redactedValue, {
      message: 'is the mask of a secret, not its value',
      params: { code: 'redacted_value_round_trip' },
    })
    .refine((value) => !value.includes('\u0000'), 'must not hold a NUL character')
    .describe('Example: "postgres://db.example.com/app"'),
);

const isSecretInput = later(() =>
  z.boolean().optional().describe('A secret can be written and used, but not read again.'),
);

export const EnvvarsListInput = later(() => z.strictObject(targetInputs()));

export const envvarsList = {
  name: 'envvars.list',
  documentedAs: 'envvars.list',
  summary: 'List the environment variables of one environment; secret values come redacted.',
  docs: 'https://trigger.dev/docs/management/envvars/list',
  method: 'GET',
  repeat: 'safe',
  routes: routes(''),
  input: EnvvarsListInput,
  get output() {
    return () => z.array(EnvironmentVariable());
  },
  target: targetOf,
} as const satisfies Endpoint<z.output<ReturnType<typeof EnvvarsListInput>>, EnvironmentVariable[]>;

export const EnvvarsRetrieveInput = later(() => z.strictObject({ name: nameInput(), ...targetInputs() }));

export const envvarsRetrieve = {
  name: 'envvars.retrieve',
  documentedAs: 'envvars.retrieve',
  summary: 'Retrieve one environment variable; a secret value comes redacted.',
  docs: 'https://trigger.dev/docs/management/envvars/retrieve',
  method: 'GET',
  repeat: 'safe',
  routes: routes('/{name}'),
  input: EnvvarsRetrieveInput,
  output: EnvironmentVariable,
  target: targetOf,
  params: ({ name }) => ({ name }),
} as const satisfies Endpoint<z.output<ReturnType<typeof EnvvarsRetrieveInput>>, EnvironmentVariable>;

export const EnvvarsCreateInput = later(() =>
  z.strictObject({
    name: newName(),
    value: valueInput(),
    isSecret: isSecretInput(),
    override: z
      .boolean()
      .optional()
      .describe('Replace a variable of this name; without it, an existing one is an error.'),
    ...targetInputs(),
  }),
);

/** The server always overwrites here: `createVariable` asks it only when that was asked. */
export const envvarsCreate = {
  name: 'envvars.create',
  documentedAs: 'envvars.create',
  summary: 'Create an environment variable.',
  docs: 'https://trigger.dev/docs/management/envvars/create',
  method: 'POST',
  repeat: 'idempotent',
  routes: routes(''),
  input: EnvvarsCreateInput,
  output: Success,
  target: targetOf,
  body: ({ isSecret, name, value }) => ({ name, value, ...(isSecret !== undefined && { isSecret }) }),
} as const satisfies Endpoint<z.output<ReturnType<typeof EnvvarsCreateInput>>, Success>;

export const EnvvarsUploadInput = later(() =>
  z.strictObject({
    variables: z
      .record(newName(), valueInput())
      .refine((variables) => Object.keys(variables).length > 0, 'must hold at least one variable')
      .describe('Values by name. Example: {"DATABASE_URL": "postgres://db.example.com/app"}'),
    override: z.boolean().optional().describe('Replace variables that exist; without it, one that exists is an error.'),
    isSecret: isSecretInput(),
    ...targetInputs(),
  }),
);

export const envvarsUpload = {
  name: 'envvars.upload',
  documentedAs: 'envvars.upload',
  summary: 'Write many environment variables at once.',
  docs: 'https://trigger.dev/docs/management/envvars/import',
  method: 'POST',
  repeat: ({ override }) => (override === true ? 'idempotent' : 'once'),
  routes: routes('/import'),
  input: EnvvarsUploadInput,
  output: Success,
  target: targetOf,
  body: ({ isSecret, override, variables }) => ({
    variables,
    override: override ?? false,
    ...(isSecret !== undefined && { isSecret }),
  }),
} as const satisfies Endpoint<z.output<ReturnType<typeof EnvvarsUploadInput>>, Success>;

export const EnvvarsUpdateInput = later(() =>
  z.strictObject({ name: nameInput(), value: valueInput(), ...targetInputs() }),
);

export const envvarsUpdate = {
  name: 'envvars.update',
  documentedAs: 'envvars.update',
  summary: 'Change the value of an environment variable that exists.',
  docs: 'https://trigger.dev/docs/management/envvars/update',
  method: 'PUT',
  repeat: 'idempotent',
  routes: routes('/{name}'),
  input: EnvvarsUpdateInput,
  output: Success,
  target: targetOf,
  params: ({ name }) => ({ name }),
  body: ({ value }) => ({ value }),
} as const satisfies Endpoint<z.output<ReturnType<typeof EnvvarsUpdateInput>>, Success>;

export const envvarsDel = {
  name: 'envvars.del',
  documentedAs: 'envvars.del',
  summary: 'Delete an environment variable.',
  docs: 'https://trigger.dev/docs/management/envvars/delete',
  method: 'DELETE',
  repeat: 'idempotent',
  routes: routes('/{name}'),
  input: EnvvarsRetrieveInput,
  output: Success,
  target: targetOf,
  params: ({ name }) => ({ name }),
} as const satisfies Endpoint<z.output<ReturnType<typeof EnvvarsRetrieveInput>>, Success>;
