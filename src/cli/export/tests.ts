export type FunctionKind = 'actions' | 'syncs' | 'on-events';

const head = (kind: FunctionKind, name: string, variable: string) => `import { expect, it } from 'vitest';
import ${variable} from '../${kind}/${name}.js';
import { mockOf } from './mock.js';
`;

const bodies: Readonly<Record<FunctionKind, (name: string) => string>> = {
  actions: (name) => `${head('actions', name, 'action')}
it('${name} gives what was recorded', async () => {
  const nango = mockOf(__dirname, '${name}');
  const output = await action.exec(nango as never, await nango.getInput());
  expect(output).toEqual(await nango.getOutput());
});

it('${name} refuses what it does not know, and sends nothing', async () => {
  const nango = mockOf(__dirname, '${name}');
  const input = { ...(await nango.getInput()), somethingElse: true };
  await expect(action.exec(nango as never, input)).rejects.toMatchObject({ payload: { code: 'input_invalid' } });
  expect(nango.proxy).not.toHaveBeenCalled();
});
`,
  syncs: (name) => `${head('syncs', name, 'sync')}
it('${name} saves what was recorded', async () => {
  const nango = mockOf(__dirname, '${name}');
  await sync.exec(nango as never);
  for (const model of Object.keys(sync.models)) {
    const saved = nango.batchSave.mock.calls.flatMap(([records, of]) => (of === model ? records : []));
    expect(saved).toEqual(await nango.getBatchSaveData(model));
  }
});
`,
  'on-events': (name) => `${head('on-events', name, 'onEvent')}
it('${name} accepts the connection that was recorded', async () => {
  const nango = mockOf(__dirname, '${name}');
  await expect(onEvent.exec(nango as never)).resolves.toBeUndefined();
  expect(nango.proxy).toHaveBeenCalled();
});
`,
};

/** A test of one function, named and placed as Nango's own templates have it. */
export function testOf(kind: FunctionKind, name: string): string {
  return bodies[kind](name);
}
