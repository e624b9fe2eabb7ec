import { readFileSync } from 'node:fs';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { connectBundle } from '../../src/generate/bundle.js';

const bundle = readFileSync(connectBundle, 'utf8');

describe('the bundle of the form', () => {
  it.each([
    'node:',
    'undici',
    'jose',
    'zod',
    'createHmac',
    'subtle',
    'HMAC',
    'process.env',
    'require(',
    'import(',
    'eval(',
    'new Function',
    'innerHTML',
    'outerHTML',
    'insertAdjacentHTML',
    'document.write',
    'localStorage',
    'sessionStorage',
    'indexedDB',
    'document.cookie',
    'console.',
  ])('holds no %s', (text) => {
    expect(bundle).not.toContain(text);
  });

  it('does nothing where there is no browser, as when a server renders a page', async () => {
    expect(await import(connectBundle)).toHaveProperty('formState');
  });

  it('imports nothing, and defines the element', () => {
    expect(bundle.match(/(?:^|[;}])import\b/g)).toBeNull();
    expect(bundle).toContain('trigger-dev-connect');
    expect(bundle).toMatch(/export\{[^}]*\bformState\b/);
  });

  it('is small', () => {
    expect(gzipSync(bundle).length).toBeLessThanOrEqual(30_000);
  });
});
