import { describe, expect, it } from 'vitest';
import { actionCatalogue } from '../../src/generate/catalogue.js';
import { readFunctions } from '../../src/generate/functions.js';

/** The tools that agents see, by name: R reads, D takes away or replaces, I may be repeated, T gives out a token. */
const pinned = `
activate-schedule       --I-  root additional unknown
batch-trigger-tasks     ----  root additional unknown
cancel-run              -DI-  root additional unknown
close-session           -DI-  root additional unknown
create-env-var          ----  root additional pat unknown
create-public-token     --IT  root additional unknown
create-schedule         --I-  root additional unknown
create-session-token    --IT  root additional unknown
create-trigger-token    --IT  root additional unknown
deactivate-schedule     -DI-  root additional unknown
delete-env-var          -DI-  root additional pat unknown
delete-schedule         -DI-  root additional unknown
get-env-var             R-I-  root additional pat unknown
get-run                 R-I-  root additional unknown
get-schedule            R-I-  root additional unknown
get-session             R-I-  root additional unknown
list-env-vars           R-I-  root additional pat unknown
list-environments       R-I-  pat
list-projects           R-I-  pat
list-runs               R-I-  root additional pat unknown
list-schedules          R-I-  root additional unknown
list-sessions           R-I-  root additional unknown
replay-run              ----  root additional unknown
reschedule-run          -D--  root additional unknown
send-session-input      ----  root additional unknown
start-session           ----  root additional unknown
trigger-task            ----  root additional unknown
update-env-var          -DI-  root additional pat unknown
update-schedule         -DI-  root additional unknown
update-session          -DI-  root additional unknown
upload-env-vars         -D--  root additional pat unknown
`;

interface Entry {
  readonly name: string;
  readonly kinds: readonly string[];
  readonly readOnly: boolean;
  readonly destructive: boolean;
  readonly idempotent: boolean;
  readonly mintsToken: boolean;
}

describe('the catalogue of actions', () => {
  it('changes only with a row or a function, and here it is said which', async () => {
    const entries = JSON.parse(actionCatalogue(await readFunctions())) as Entry[];
    const lines = entries.map(({ destructive, idempotent, kinds, mintsToken, name, readOnly }) => {
      const marks = [readOnly && 'R', destructive && 'D', idempotent && 'I', mintsToken && 'T'];
      return `${name.padEnd(24)}${marks.map((mark) => mark || '-').join('')}  ${kinds.join(' ')}`;
    });
    expect(lines).toEqual(pinned.trim().split('\n'));
  });
});
