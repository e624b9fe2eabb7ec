// Assembled at run time: a literal that looks like a key would set off every secret scanner,
// and the values must be the same in every process.
const key = (...parts: string[]): string => parts.join('_');
const body24 = (four: string): string => four.repeat(6);
const body40 = (four: string): string => four.repeat(10);

export const fakeKeys = {
  'root:dev': key('tr', 'dev', body24('Mock')),
  'root:dev:carol': key('tr', 'dev', body24('Twin')),
  'root:stg': key('tr', 'stg', body24('Stub')),
  'root:prod': key('tr', 'prod', body24('Fake')),
  'root:preview': key('tr', 'preview', body24('Prev')),
  /** Production of another project in the same organisation. */
  'root:other:prod': key('tr', 'prod', body24('Else')),
  'additional:full': key('tr', 'prod', 'sk', body24('Full')),
  'additional:readRuns': key('tr', 'prod', 'sk', body24('Read')),
  'additional:triggerTasks': key('tr', 'prod', 'sk', body24('Send')),
  'additional:triggerHello': key('tr', 'prod', 'sk', body24('Hell')),
  'additional:envvars': key('tr', 'prod', 'sk', body24('Vars')),
  'pat:alice': key('tr', 'pat', body40('fak1')),
  'pat:carol': key('tr', 'pat', body40('fak2')),
  /** A user of another organisation. */
  'pat:bob': key('tr', 'pat', body40('fak3')),
} as const;

export type KeyName = keyof typeof fakeKeys;

/** Well formed and unknown to the server: what a revoked, expired or mistyped key looks like to it. */
export const unknownKeys = {
  'unknown:prod': key('tr', 'prod', body24('Gone')),
  'unknown:dev': key('tr', 'dev', body24('Fake')),
  'unknown:additional': key('tr', 'prod', 'sk', body24('Gone')),
  'unknown:pat': key('tr', 'pat', body40('gne9')),
  'unknown:public': key('pk', 'prod', 'Fake'.repeat(5)),
} as const;

export type UnknownKeyName = keyof typeof unknownKeys;

export const additionalScopes: Readonly<Record<Extract<KeyName, `additional:${string}`>, readonly string[]>> = {
  'additional:full': ['admin'],
  'additional:readRuns': ['read:runs'],
  'additional:triggerTasks': ['trigger:tasks'],
  'additional:triggerHello': ['trigger:tasks:hello-task'],
  'additional:envvars': ['read:envvars', 'write:envvars'],
};

export const projectRef = `proj_${'fake'.repeat(5)}`;
export const otherProjectRef = `proj_${'else'.repeat(5)}`;
