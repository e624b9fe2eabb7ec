/** mulberry32: small, fast, and the same on every machine, which `Math.random` is not. */
export function seededRandom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4_294_967_296;
  };
}

const alphabet = '0123456789abcdefghijklmnopqrstuvwxyz';

/** The body of a run id: a `c` and 24 more, the shape of the ids that most servers still issue. */
export function seededRunBody(random: () => number): string {
  let body = 'c';
  for (let index = 0; index < 24; index += 1) {
    body += alphabet[Math.floor(random() * 36)] ?? '0';
  }
  return body;
}

/** As `seededRunBody`, unpredictable. */
export function randomRunBody(): string {
  const hex = globalThis.crypto.randomUUID().replaceAll('-', '');
  return `c${BigInt(`0x${hex}`).toString(36).padStart(25, '0').slice(-24)}`;
}
