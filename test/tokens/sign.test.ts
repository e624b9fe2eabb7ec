import fc from 'fast-check';
import { jwtVerify, SignJWT } from 'jose';
import { describe, expect, it } from 'vitest';
import type { Payload } from '../../src/api/tokens/minting.js';
import { signNow } from '../../src/client/call.js';
import { fakeKeys } from '../fake-api/keys.js';
import { someId } from './scope-arbitrary.js';

const somePayload: fc.Arbitrary<Payload> = fc
  .record(
    {
      sub: fc.stringMatching(/^[\w-]{1,30}$/),
      pub: fc.constant(true as const),
      otu: fc.boolean(),
      scopes: fc.array(
        someId.map((id) => `read:tags:${id}`),
        { maxLength: 4 },
      ),
      realtime: fc.record({ skipColumns: fc.subarray(['payload', 'output', 'error'] as const) }),
    },
    { requiredKeys: ['sub', 'pub'] },
  )
  .map((payload) => payload as Payload);

const someSecret = fc.oneof(fc.constantFrom(...Object.values(fakeKeys)), fc.string({ minLength: 1, unit: 'binary' }));
const someTime = fc.integer({ min: 1_700_000_000, max: 2_000_000_000 });

function byJose(secret: string, payload: Payload, issued: number, expires: number): Promise<string> {
  return new SignJWT({ ...payload })
    .setIssuer('https://id.trigger.dev')
    .setAudience('https://api.trigger.dev')
    .setProtectedHeader({ alg: 'HS256' })
    .setExpirationTime(expires)
    .setIssuedAt(issued)
    .sign(new TextEncoder().encode(secret));
}

describe('a token', () => {
  it('is signed at once as jose signs it, byte for byte', { timeout: 60_000 }, async () => {
    await fc.assert(
      fc.asyncProperty(someSecret, somePayload, someTime, fc.integer({ min: 1, max: 2_592_000 }), async (...given) => {
        const [secret, payload, issued, seconds] = given;
        const theirs = await byJose(secret, payload, issued, issued + seconds);
        expect(signNow(secret, payload, issued, issued + seconds)).toBe(theirs);
      }),
      { numRuns: 2_000 },
    );
  });

  it('is what jose verifies', async () => {
    const now = Math.floor(Date.now() / 1000);
    const token = signNow(
      fakeKeys['root:prod'],
      { sub: 'env_1', pub: true, scopes: ['read:tags:é✓😀'] },
      now,
      now + 60,
    );
    const { payload } = await jwtVerify(token, new TextEncoder().encode(fakeKeys['root:prod']));
    expect(payload['scopes']).toEqual(['read:tags:é✓😀']);
  });
});
