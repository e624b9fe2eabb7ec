import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { providerConfig } from '../../connection/provider.generated.js';
import { ConnectorError } from '../../errors/index.js';
import { packageFolder } from '../../host/package-folder.js';
import { mergeProviders, type Providers, parseProviders, withVerification } from '../../provider/index.js';
import type { Context } from '../context.js';

const here = fileURLToPath(packageFolder);

/**
 * Nango's published providers, installed where the command runs or beside this package.
 * They are under the Elastic License, so never a dependency.
 */
export async function publishedProviders(folders: readonly string[] = [process.cwd(), here]): Promise<Providers> {
  let path: string;
  try {
    path = createRequire(import.meta.url).resolve('@nangohq/providers', { paths: [...folders] });
  } catch {
    throw new ConnectorError(
      'provider_config_invalid',
      'Nango’s providers are needed to merge with: give its providers.yaml with --base FILE, or install @nangohq/providers here. --only prints just our entry.',
    );
  }
  const { getProviders } = (await import(pathToFileURL(path).href)) as { getProviders: () => Providers | undefined };
  const providers = getProviders();
  if (providers === undefined) {
    throw new ConnectorError(
      'provider_config_invalid',
      'The installed @nangohq/providers could not load its file. Give it with --base FILE.',
    );
  }
  return providers;
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
  const entry = context.flags['with-verification'] ? withVerification(providerConfig) : providerConfig;
  context.stdout.json(mergeProviders(await baseOf(context), entry), 2);
}
