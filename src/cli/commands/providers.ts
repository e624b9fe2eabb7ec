import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { ConnectorError } from '../../errors/index.js';
import {
  loadProviderConfig,
  mergeProviders,
  type Providers,
  parseProviders,
  withVerification,
} from '../../provider/index.js';
import type { Context } from '../context.js';

const ownFile = fileURLToPath(new URL('../../../integrations/trigger-dev/provider.yaml', import.meta.url));

// Under the Elastic License, so never a dependency: a variable keeps the compiler from asking for it.
const published: string = '@nangohq/providers';

async function publishedProviders(): Promise<Providers> {
  try {
    const { getProviders } = (await import(published)) as { getProviders: () => Providers | undefined };
    return getProviders() ?? {};
  } catch {
    throw new ConnectorError(
      'provider_config_invalid',
      'Nango’s providers are needed to merge with: give its providers.yaml with --base FILE, or install @nangohq/providers beside this package. --only prints just our entry.',
    );
  }
}

async function baseOf({ flags, readStdin }: Context): Promise<Providers> {
  if (flags.only) {
    return {};
  }
  if (flags.base === undefined) {
    return publishedProviders();
  }
  if (flags.base === '-') {
    return parseProviders(await readStdin(), 'standard input');
  }
  const text = await readFile(flags.base, 'utf8').catch(() => {
    throw new ConnectorError('input_invalid', 'The file of --base cannot be read.', { field: 'base' });
  });
  return parseProviders(text, flags.base);
}

/** Prints the JSON that a self-hosted Nango loads from PROVIDERS_URL: all its providers, with our entry in place of its own. */
export async function providers(context: Context): Promise<void> {
  const entry = loadProviderConfig(await readFile(ownFile, 'utf8'), 'provider.yaml');
  const chosen = context.flags['with-verification'] ? withVerification(entry) : entry;
  context.stdout.write(`${JSON.stringify(mergeProviders(await baseOf(context), chosen), null, 2)}\n`);
}
