import { familyOf } from './families.js';
import { keepSecret } from './known-secrets.js';

/**
 * A credential that cannot be printed by accident: `String`, `JSON.stringify`,
 * template literals and `util.inspect` all show only its family and last four characters,
 * and no text that is masked holds a piece of it.
 */
export class Secret {
  readonly #value: string;

  constructor(value: string) {
    this.#value = value;
    keepSecret(value);
  }

  /** The credential itself. Only transports call this. */
  reveal(): string {
    keepSecret(this.#value);
    return this.#value;
  }

  /** For example `tr_prod_…Xy12`. Short values show nothing of themselves. */
  toString(): string {
    const value = this.#value;
    const family = familyOf(value);
    return value.length - family.length >= 16 ? `${family}…${value.slice(-4)}` : `${family}…`;
  }

  toJSON(): string {
    return this.toString();
  }

  // Node's inspect looks this symbol up; the registry form needs no import, so it works everywhere.
  [Symbol.for('nodejs.util.inspect.custom')](): string {
    return `Secret(${this.toString()})`;
  }
}
