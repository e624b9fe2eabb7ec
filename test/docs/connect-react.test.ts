import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { Window } from 'happy-dom';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import { connectForm } from '../../src/connection/index.js';
import { keys } from '../connection/cases.js';

const root = fileURLToPath(new URL('../../', import.meta.url));
const guide = readFileSync(`${root}docs/connect.md`, 'utf8');

type Values = Readonly<Record<string, string>>;
type Mount = (element: unknown, props: { guide: string; onConnect: (values: Values) => Promise<void> }) => void;

/** The example as a page would have it: the guide's own text, bundled for a browser. */
async function bundleExample(): Promise<string> {
  const [, example] = /^```jsx\n([\s\S]*?)^```$/m.exec(guide) ?? [];
  const { outputFiles } = await build({
    stdin: {
      contents: `${example}
        import { createElement } from 'react';
        import { createRoot } from 'react-dom/client';
        globalThis.mount = (element, props) => createRoot(element).render(createElement(ConnectTriggerDev, props));`,
      loader: 'jsx',
      resolveDir: root,
    },
    alias: { 'trigger-dev-connector/form': `${root}src/form.ts` },
    bundle: true,
    write: false,
    format: 'iife',
    platform: 'browser',
    jsx: 'automatic',
    define: { 'process.env.NODE_ENV': '"production"' },
    logLevel: 'error',
  });
  return outputFiles[0]?.text ?? '';
}

let code: string;
const windows: Window[] = [];

beforeAll(async () => {
  code = await bundleExample();
});

afterEach(async () => {
  await Promise.all(windows.splice(0).map((window) => window.happyDOM.close()));
});

async function openForm(onConnect: (values: Values) => Promise<void>) {
  const window = new Window({
    settings: { enableJavaScriptEvaluation: true, suppressInsecureJavaScriptEnvironmentWarning: true },
  });
  windows.push(window);
  const { document } = window;
  document.body.innerHTML = '<main></main>';
  window.eval(code);
  (window as unknown as { mount: Mount }).mount(document.querySelector('main'), { guide: '/guide', onConnect });
  await vi.waitFor(() => expect(document.querySelector('form')).not.toBeNull());

  const control = (name: string) => document.querySelector(`#${name}`) as unknown as { value: string; type: string };
  return {
    document,
    control,
    type: (values: Values) => {
      for (const [name, value] of Object.entries(values)) {
        control(name).value = value;
      }
    },
    submit: () => document.querySelector('button')?.click(),
    errors: () =>
      Object.fromEntries(
        [...document.querySelectorAll('[role=alert]')]
          .filter(({ textContent }) => textContent !== '')
          .map(({ id, textContent }) => [id.replace('-error', ''), textContent]),
      ),
  };
}

describe('the React example of the guide', () => {
  it('draws every field with its help, and the key as a password', async () => {
    const { control, document } = await openForm(vi.fn());
    const labels = [...document.querySelectorAll('label')].map(({ textContent }) => textContent);
    expect(labels).toEqual(connectForm.fields.map(({ title }) => title));
    expect(control('apiKey').type).toBe('password');
    expect([...document.querySelectorAll('option')].map(({ value }) => value)).toEqual([
      ...['', 'dev', 'staging', 'prod', 'preview'],
    ]);
    expect(document.querySelector('a')?.getAttribute('href')).toBe(
      '/guide#step-1-get-your-secret-key-or-personal-access-token',
    );
  });

  it('asks for the key when nothing was typed', async () => {
    const onConnect = vi.fn();
    const form = await openForm(onConnect);
    form.submit();
    await vi.waitFor(() => expect(form.errors()).toEqual({ apiKey: 'Enter a secret key or a personal access token.' }));
    expect(form.document.querySelector('[aria-invalid=true]')?.id).toBe('apiKey');
    expect(onConnect).not.toHaveBeenCalled();
  });

  it('asks for the project ref of a personal access token, and takes it back once it is there', async () => {
    const onConnect = vi.fn(async () => {});
    const form = await openForm(onConnect);
    form.type({ apiKey: keys.pat, environment: 'prod', previewBranch: 'x' });
    form.submit();
    await vi.waitFor(() => expect(Object.keys(form.errors())).toEqual(['projectRef', 'previewBranch']));
    expect(form.errors()['projectRef']).toMatch(/^A personal access token spans projects: enter the project ref/);
    expect(form.control('apiKey').value).toBe(keys.pat);
    form.type({ projectRef: 'proj_abcdefghij', previewBranch: '' });
    form.submit();
    await vi.waitFor(() => expect(form.errors()).toEqual({}));
    expect(onConnect).toHaveBeenCalledOnce();
  });

  it('hands over the values once, and empties the field of the key', async () => {
    let answer = () => {};
    const onConnect = vi.fn(
      (_: Values) =>
        new Promise<void>((resolve) => {
          answer = resolve;
        }),
    );
    const form = await openForm(onConnect);
    form.type({ apiKey: keys.prod, environment: 'prod' });
    form.submit();
    form.submit();
    await vi.waitFor(() => expect(form.document.querySelector('button')?.disabled).toBe(true));
    form.submit();
    expect(onConnect.mock.calls).toEqual([
      [{ apiKey: keys.prod, projectRef: '', environment: 'prod', baseUrl: '', previewBranch: '' }],
    ]);
    answer();
    await vi.waitFor(() => expect(form.control('apiKey').value).toBe(''));
    expect(form.control('environment').value).toBe('prod');
    expect(form.document.documentElement.outerHTML).not.toContain(keys.prod);
    expect(onConnect).toHaveBeenCalledOnce();
  });
});
