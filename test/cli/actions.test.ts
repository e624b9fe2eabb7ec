import { execFileSync } from 'node:child_process';
import { describe, expect, it } from 'vitest';
import { runCli } from './run-cli.js';

const cli = (...argv: string[]) => runCli(argv);

describe('actions', () => {
  it('are listed, for people and as JSON', async () => {
    const { exit, stdout } = await cli('actions');
    expect([exit, stdout]).toEqual([0, expect.stringMatching(/^list-runs +reads +List runs/m)]);
    expect(stdout).toMatch(/^delete-env-var +changes/m);
    const list = JSON.parse((await cli('actions', '--json')).stdout) as { name: string }[];
    expect(list.find(({ name }) => name === 'list-runs')).toMatchObject({ readOnly: true, endpoint: 'runs.list' });
  });

  it('say what they take, without a connection', async () => {
    const { exit, stdout } = await cli('action', 'trigger-task', '--help');
    expect(exit).toBe(0);
    expect(stdout).toMatch(/^ {2}taskId +string +.*Example/m);
    expect(stdout).toMatch(/^ {2}payload\? +any/m);
    expect((await cli('action', '--help')).stdout).toContain('trigger-dev-connector <command>');
  });

  it.each([
    { argv: ['action', 'trigger-tusk'], exit: 5, said: 'did you mean "trigger-task"' },
    { argv: ['action', 'trigger-tusk', '--help'], exit: 5, said: 'did you mean "trigger-task"' },
    { argv: ['actoins'], exit: 2, said: 'did you mean "actions"' },
    { argv: ['sync', '--metdata'], exit: 2, said: 'did you mean "metadata"' },
    { argv: ['completion', 'tcsh'], exit: 2, said: 'bash, zsh or fish' },
  ])('$argv: the nearest name is told', async ({ argv, exit, said }) => {
    expect(await cli(...argv)).toMatchObject({ exit, stderr: expect.stringContaining(said) });
  });
});

describe('completion', () => {
  it('in bash completes commands, actions and flags', async () => {
    const { stdout: script } = await cli('completion', 'bash');
    const complete = (...words: string[]) =>
      execFileSync(
        'bash',
        [
          '-c',
          `${script}\nCOMP_WORDS=(trigger-dev-connector ${words.join(' ')}); COMP_CWORD=${words.length}; _trigger_dev_connector; echo "\${COMPREPLY[*]}"`,
        ],
        { encoding: 'utf8' },
      ).trim();
    expect(complete('act')).toBe('actions action');
    expect(complete('action', 'trigger')).toBe('trigger-task');
    expect(complete('sync', '--wat')).toBe('--watch');
    expect(complete('token', '')).toBe('create inspect');
  });

  it('for zsh and fish names the same', async () => {
    expect((await cli('completion', 'zsh')).stdout).toContain('bashcompinit');
    expect((await cli('completion', 'fish')).stdout).toMatch(/__fish_seen_subcommand_from action" -a "[^"]*list-runs/);
  });
});
