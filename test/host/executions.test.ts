import { expect, it, onTestFinished } from 'vitest';
import { openStore } from '../../src/host/index.js';

it('an execution keeps 10,000 messages, however many a server makes it say, and says that more came', async () => {
  const store = await openStore(':memory:');
  onTestFinished(() => store.close());
  const summary = { id: 'c', kind: 'root', environment: null, projectRef: null, previewBranch: null, baseUrl: '' };
  store.saveConnection(summary);
  const execution = store.executions.begin('c', 'sync', 'runs');
  for (let message = 1; message <= 10_100; message += 1) {
    execution.log(String(message));
  }
  execution.finish(null);
  const kept = store.executions.logOf(execution.id).map(({ message }) => message);
  expect(kept).toHaveLength(10_000);
  expect(kept.slice(-2)).toEqual(['9999', 'After 10000 messages no more is kept.']);
  expect(store.executions.find(execution.id)?.finishedAt).toEqual(expect.any(Number));
});
