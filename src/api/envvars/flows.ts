import { ConnectorError, type Issue } from '../../errors/index.js';
import type { Ask } from '../../gate/index.js';
import { checkInput } from '../../gate/index.js';
import type { EndpointInput } from '../registry.js';
import { envvarsCreate, envvarsUpload } from './endpoints.js';

/** The server drops these without a word: the platform sets them itself. */
const reservedNames = new Set(['TRIGGER_SECRET_KEY', 'TRIGGER_API_URL']);

const isReserved = (name: string) => reservedNames.has(name);

export interface Written {
  readonly success: boolean;
  /** Variables that the server does not store: `reserved_name` (it sets that name itself), `input_invalid` (empty). */
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

/** The server passes over blank values here, though not in an update. */
const blankWarnings = (variables: Readonly<Record<string, string>>): Issue[] =>
  Object.entries(variables)
    .filter(([, value]) => value.trim() === '')
    .map(([name]) => ({
      code: 'input_invalid',
      field: name,
      message: `${name} was not stored: the server takes no blank value here. Create it with another, then update it.`,
    }));

/**
 * Creates a variable; one that exists is an error (`conflict`) unless `override` is true.
 * The server's create always overwrites, its import does not: so a plain create is an import of one.
 */
export async function createVariable(ask: Ask, input: EndpointInput<'envvars.create'>): Promise<Written> {
  checkInput(envvarsCreate, input);
  const { name, override, value, ...rest } = input;
  const warnings = checkReserved('envvars.create', [name]);
  if (override === true) {
    return { ...(await ask(envvarsCreate, input)), warnings };
  }
  try {
    const written = await ask(envvarsUpload, { ...rest, variables: { [name]: value }, override: false });
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
  checkInput(envvarsUpload, input);
  const names = Object.keys(input.variables);
  if (names.includes('__proto__')) {
    throw new ConnectorError('reserved_name', 'envvars.upload: __proto__ cannot be the name of a variable.', {
      endpoint: 'envvars.upload',
      path: 'variables',
    });
  }
  const warnings = [...checkReserved('envvars.upload', names), ...blankWarnings(input.variables)];
  return { ...(await ask(envvarsUpload, input)), warnings };
}
