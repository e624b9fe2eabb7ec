import { SignJWT } from 'jose';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { createSessionToken, createTriggerToken } from '../../src/nango/index.js';
import { verifyToken } from '../../src/tokens/index.js';
import { createFakeProject, type KeyName } from '../fake-api/index.js';
import { FakeNango } from './fake-nango.js';

const now = new Date('2026-03-01T12:00:00Z');

beforeEach(() => {
  vi.useFakeTimers({ now, toFake: ['Date'] });
});
afterEach(() => {
  vi.useRealTimers();
});

/** A server from before it could mint: the route is not there. */
function oldServer(key: KeyName) {
  const project = createFakeProject({ runs: 0, now: () => Date.now() });
  const nango = new FakeNango(project, project.keys[key]);
  const { proxy } = nango;
  nango.proxy = (config) =>
    config.endpoint.endsWith('/public-tokens')
      ? Promise.reject(
          Object.assign(new Error('404'), { response: { status: 404, headers: {}, data: '<!DOCTYPE html>' } }),
        )
      : proxy.call(nango, config);
  return { nango, project };
}

describe('where the server cannot mint', () => {
  it('a root key signs what jose would', async () => {
    const { nango, project } = oldServer('root:prod');
    const { token } = await createTriggerToken(nango, { tasks: ['émail/ü', 'b'], expirationTime: '1hr' });
    const issued = now.getTime() / 1000;
    const { id = '' } = project.environments.find(({ name }) => name === 'prod') ?? {};
    const scopes = ['trigger:tasks:émail/ü', 'trigger:tasks:b'];
    const expected = await new SignJWT({ sub: id, pub: true, otu: true, scopes })
      .setIssuer('https://id.trigger.dev')
      .setAudience('https://api.trigger.dev')
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(issued + 3600)
      .setIssuedAt(issued)
      .sign(new TextEncoder().encode(project.keys['root:prod']));
    expect(token).toBe(expected);
    expect(await verifyToken(token, project.keys['root:prod'])).toMatchObject({ singleUse: true, scopes });
  });

  it('a session token lasts an hour', async () => {
    const { nango, project } = oldServer('root:prod');
    const { token } = await createSessionToken(nango, { session: 'chat-42', access: 'read' });
    expect(await verifyToken(token, project.keys['root:prod'])).toMatchObject({
      scopes: ['read:sessions:chat-42'],
      issuedAt: now.getTime() / 1000,
      expiresAt: now.getTime() / 1000 + 3600,
    });
  });

  it('an additional key is told so', async () => {
    const { nango } = oldServer('additional:full');
    await expect(createSessionToken(nango, { session: 'a' })).rejects.toMatchObject({
      payload: { code: 'server_too_old' },
    });
  });
});
