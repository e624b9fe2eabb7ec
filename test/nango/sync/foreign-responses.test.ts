import { expect, it } from 'vitest';
import { syncRuns } from '../../../src/nango/index.js';
import { clockOf, minute, nangoOf, world } from './history.js';

const page = '<!DOCTYPE html><html><body>No such page</body></html>';

// A run that no list holds any more is asked for by itself: only the API's own word that it is gone deletes its record.
it.each([
  { what: 'a page for a missing route', status: 404, data: page, code: 'server_too_old' },
  { what: 'a 404 of a gateway', status: 404, data: { message: 'no Route matched' }, code: 'invalid_response' },
  { what: 'an empty 404', status: 404, data: '', code: 'invalid_response' },
  { what: 'a page of a firewall', status: 403, data: page, code: 'invalid_response' },
  { what: 'a login page', status: 200, data: '<html>Log in</html>', code: 'invalid_response' },
])('$what in place of one run fails the sync and deletes nothing', async ({ code, data, status }) => {
  const w = world();
  const { clock, project } = w;
  const nango = nangoOf(w);
  const sync = () => syncRuns(nango, clockOf(w));
  const run = project.createRun('prod', { status: 'EXECUTING' });
  clock.now += 5 * minute;
  await sync();
  expect([...nango.records.keys()]).toEqual([run.id]);
  project.removeRun(run.id);
  clock.now += 30 * minute;
  nango.rewrite = (answer, { endpoint }) => (endpoint.endsWith(`/${run.id}`) ? { status, headers: {}, data } : answer);
  await expect(sync()).rejects.toMatchObject({ payload: { code, endpoint: 'runs.retrieve' } });
  expect([...nango.records.keys()]).toEqual([run.id]);
  nango.rewrite = undefined;
  await sync();
  expect([...nango.records.keys()]).toEqual([]);
});
