import { ConnectorError, type Issue } from '../errors/index.js';
import type { Ask } from './ask.js';
import { checkInput } from './build-request.js';
import type { EndpointInput } from './rows.js';

/** The server drops these without a word: the platform sets them itself. */
const reservedNames = new Set(['TRIGGER_SECRET_KEY', 'TRIGGER_API_URL']);

const isReserved = (name: string) => reservedNames.has(name);

export interface Written {
  readonly success: boolean;
  /** `reserved_name`: a variable that the server does not store, because it sets that name itself. */
  readonly warnings: Issue[];
}

/** Nothing is sent when nothing could be stored; otherwise one warning a name. */
function checkReserved(endpoint: string, names: readonly string[]): Issue[] {
  const reserved = names.filter(isReserved);
  if (reserved.length > 0 && reserved.length === names.length) {
    throw new ConnectorError(
      'reserved_name',
      `${endpoint}: ${reserved.join(' and ')} cannot be set: Trigger.dev sets it itself.`,
      { endpoint, path: 'name' },
    );
  }
  return reserved.map((name) => ({
    code: 'reserved_name',
    field: name,
    message: `${name} was not stored: Trigger.dev sets it itself.`,
  }));
}

/**
 * Creates a variable; one that exists is an error (`conflict`) unless `override` is true.
 * The server's create always overwrites, its import does not: so a plain create is an import of one.
 */
export async function createVariable(ask: Ask, input: EndpointInput<'envvars.create'>): Promise<Written> {
  checkInput('envvars.create', input);
  const { name, override, value, ...rest } = input;
  const warnings = checkReserved('envvars.create', [name]);
  if (override === true) {
    return { ...(await ask('envvars.create', input)), warnings };
  }
  try {
    const written = await ask('envvars.upload', { ...rest, variables: { [name]: value }, override: false });
    return { ...written, warnings };
  } catch (error) {
    if (error instanceof ConnectorError && error.code === 'conflict') {
      throw new ConnectorError('conflict', `envvars.create: ${name} exists. Update it, or pass override.`, {
        endpoint: 'envvars.create',
        status: error.status,
        path: 'name',
      });
    }
    throw error;
  }
}

/** Writes many variables; one that exists is an error (`conflict`) unless `override` is true. */
export async function uploadVariables(ask: Ask, input: EndpointInput<'envvars.upload'>): Promise<Written> {
  checkInput('envvars.upload', input);
  const warnings = checkReserved('envvars.upload', Object.keys(input.variables));
  return { ...(await ask('envvars.upload', input)), warnings };
}
