import {
  createVariable,
  type EndpointInput,
  type EndpointOutput,
  envvarsDel,
  envvarsList,
  envvarsRetrieve,
  envvarsUpdate,
  uploadVariables,
  type Written,
} from '../../api/index.js';
import type { RequestOptions } from '../send.js';
import type { Bound } from './bind.js';

type CreateParams = Pick<EndpointInput<'envvars.create'>, 'name' | 'value' | 'isSecret' | 'override'>;
type UploadParams = Pick<EndpointInput<'envvars.upload'>, 'variables' | 'isSecret' | 'override'>;

/**
 * Environment variables. Each call takes the project ref and the environment first,
 * or leaves both out and means those of the connection.
 */
export interface EnvvarsApi {
  /** @see https://trigger.dev/docs/management/envvars/list */
  list: {
    (projectRef: string, environment: string, requestOptions?: RequestOptions): Promise<EndpointOutput<'envvars.list'>>;
    (requestOptions?: RequestOptions): Promise<EndpointOutput<'envvars.list'>>;
  };
  /** @see https://trigger.dev/docs/management/envvars/retrieve */
  retrieve: {
    (
      projectRef: string,
      environment: string,
      name: string,
      requestOptions?: RequestOptions,
    ): Promise<EndpointOutput<'envvars.retrieve'>>;
    (name: string, requestOptions?: RequestOptions): Promise<EndpointOutput<'envvars.retrieve'>>;
  };
  /**
   * One that exists is an error (`conflict`) unless `override` is true.
   * @see https://trigger.dev/docs/management/envvars/create
   */
  create: {
    (projectRef: string, environment: string, params: CreateParams, requestOptions?: RequestOptions): Promise<Written>;
    (params: CreateParams, requestOptions?: RequestOptions): Promise<Written>;
  };
  /**
   * Writes many; one that exists is an error (`conflict`) unless `override` is true.
   * @see https://trigger.dev/docs/management/envvars/import
   */
  upload: {
    (projectRef: string, environment: string, params: UploadParams, requestOptions?: RequestOptions): Promise<Written>;
    (params: UploadParams, requestOptions?: RequestOptions): Promise<Written>;
  };
  /** @see https://trigger.dev/docs/management/envvars/update */
  update: {
    (
      projectRef: string,
      environment: string,
      name: string,
      params: { value: string },
      requestOptions?: RequestOptions,
    ): Promise<EndpointOutput<'envvars.update'>>;
    (
      name: string,
      params: { value: string },
      requestOptions?: RequestOptions,
    ): Promise<EndpointOutput<'envvars.update'>>;
  };
  /** @see https://trigger.dev/docs/management/envvars/delete */
  del: {
    (
      projectRef: string,
      environment: string,
      name: string,
      requestOptions?: RequestOptions,
    ): Promise<EndpointOutput<'envvars.del'>>;
    (name: string, requestOptions?: RequestOptions): Promise<EndpointOutput<'envvars.del'>>;
  };
}

type Values = Readonly<Record<string, unknown>>;

/**
 * The arguments of both forms to an input. `named`: the variable's name comes before the rest; two texts in a row
 * at the start are then project and environment, where a call without them has only its name.
 */
function read(args: readonly unknown[], named: boolean): { input: Values; rest: readonly unknown[] } {
  // One of them may be undefined and is the connection's then; the other still has to count.
  const texts = args.map((arg) => typeof arg === 'string');
  const positional = named ? texts[1] === true || texts[2] === true : texts[0] === true || texts[1] === true;
  const target = positional ? { projectRef: args[0], environment: args[1] } : {};
  const others = positional ? args.slice(2) : args;
  return named ? { input: { ...target, name: others[0] }, rest: others.slice(1) } : { input: target, rest: others };
}

export function envvarsApi({ one, several }: Bound): EnvvarsApi {
  const plain =
    (endpoint: typeof envvarsList | typeof envvarsRetrieve | typeof envvarsDel, named: boolean) =>
    (...args: unknown[]) => {
      const { input, rest } = read(args, named);
      return one(endpoint, input as never, rest[0] as RequestOptions | undefined);
    };
  const written =
    (write: (ask: never, input: never) => Promise<Written>) =>
    (...args: unknown[]) => {
      const { input, rest } = read(args, false);
      const [params, options] = rest as [Values, RequestOptions | undefined];
      return several(options, (ask) => write(ask as never, { ...params, ...input } as never));
    };
  return {
    list: plain(envvarsList, false) as EnvvarsApi['list'],
    retrieve: plain(envvarsRetrieve, true) as EnvvarsApi['retrieve'],
    create: written(createVariable as never) as EnvvarsApi['create'],
    upload: written(uploadVariables as never) as EnvvarsApi['upload'],
    update: ((...args: unknown[]) => {
      const { input, rest } = read(args, true);
      const [params, options] = rest as [Values, RequestOptions | undefined];
      return one(envvarsUpdate, { ...params, ...input } as never, options);
    }) as EnvvarsApi['update'],
    del: plain(envvarsDel, true) as EnvvarsApi['del'],
  };
}
