import { describe, expect, it } from 'vitest';
import { Changes } from '../../src/host/changes.js';

const later = (ms: number) => new Promise((resolve) => setTimeout(resolve, ms));

describe('changes of a connection', () => {
  it('come one after the other for each, side by side for several, and are known while they last', async () => {
    const changes = new Changes();
    const order: string[] = [];
    const change = (id: string, name: string, ms: number) =>
      changes.run(id, async () => {
        order.push(`${name} begins`);
        await later(ms);
        order.push(`${name} ends`);
        return name;
      });
    const all = Promise.all([change('a', 'first', 20), change('a', 'second', 1), change('b', 'other', 5)]);
    expect([changes.has('a'), changes.has('b'), changes.has('c')]).toEqual([true, true, false]);
    expect(await all).toEqual(['first', 'second', 'other']);
    expect(order.filter((entry) => !entry.startsWith('other'))).toEqual([
      'first begins',
      'first ends',
      'second begins',
      'second ends',
    ]);
    expect(order.indexOf('other ends')).toBeLessThan(order.indexOf('first ends'));
    expect([changes.has('a'), changes.has('b')]).toEqual([false, false]);
  });

  it('that fail hold up nobody', async () => {
    const changes = new Changes();
    const failing = changes.run('a', () => Promise.reject(new Error('no')));
    const next = changes.run('a', async () => 'done');
    await expect(failing).rejects.toThrow('no');
    expect(await next).toBe('done');
    expect(changes.has('a')).toBe(false);
  });
});
