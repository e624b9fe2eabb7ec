import { environmentNamed, fakeEnvironments } from './environments.js';
import type { EnvName, FakeVariable } from './types.js';

export interface NewVariable {
  name: string;
  value: string;
  isSecret?: boolean | undefined;
}

export class VariableStore {
  readonly #values = new Map<EnvName, Map<string, FakeVariable>>();

  /** The value that an environment has itself, not from its parent. */
  own(env: EnvName, name: string): FakeVariable | undefined {
    return this.#values.get(env)?.get(name);
  }

  /** By name; a branch sees its parent's variables under its own, and as secret if they are secret in either. */
  of(env: EnvName): FakeVariable[] {
    const { parent } = environmentNamed(env);
    const merged = new Map(parent === undefined ? [] : this.#values.get(parent));
    for (const [name, variable] of this.#values.get(env) ?? []) {
      merged.set(name, { ...variable, isSecret: variable.isSecret || merged.get(name)?.isSecret === true });
    }
    return [...merged.values()].sort((a, b) => (a.name < b.name ? -1 : 1));
  }

  /** Whoever does not say whether it is a secret leaves that as it is; a new value of a branch takes after its parent's. */
  set(env: EnvName, { name, value, isSecret }: NewVariable): void {
    const { parent } = environmentNamed(env);
    const known = this.own(env, name) ?? (parent && this.own(parent, name));
    const values = this.#values.get(env) ?? new Map<string, FakeVariable>();
    values.set(name, { name, value, isSecret: isSecret ?? known?.isSecret ?? false });
    this.#values.set(env, values);
  }

  remove(env: EnvName, name: string): boolean {
    return this.#values.get(env)?.delete(name) ?? false;
  }

  /** A variable belongs to its project, and exists while any environment there has a value for it. */
  exists(projectRef: string, name: string): boolean {
    return fakeEnvironments.some((env) => env.projectRef === projectRef && this.own(env.name, name) !== undefined);
  }
}
