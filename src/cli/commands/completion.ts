import { ConnectorError } from '../../errors/index.js';
import { actionCatalogue } from '../../host/catalogue.js';
import { flagNames } from '../arguments.js';
import type { Context } from '../context.js';

/** Words that follow a command. */
async function wordsAfter(): Promise<Readonly<Record<string, readonly string[]>>> {
  const actions = (await actionCatalogue()).map(({ name }) => name);
  return {
    action: actions,
    sync: ['runs', 'schedules', 'env-vars', 'sessions'],
    records: ['runs', 'schedules', 'env-vars', 'sessions'],
    token: ['create', 'inspect'],
    completion: ['bash', 'zsh', 'fish'],
  };
}

function bash(commands: readonly string[], after: Readonly<Record<string, readonly string[]>>): string {
  const cases = Object.entries(after).map(([command, words]) => `    ${command}) words="${words.join(' ')}" ;;`);
  return `_trigger_dev_connector() {
  local current=\${COMP_WORDS[COMP_CWORD]} words="${commands.join(' ')}"
  if [[ $current == -* ]]; then
    words="${flagNames.map((name) => `--${name}`).join(' ')}"
  elif (( COMP_CWORD > 1 )); then
    case \${COMP_WORDS[1]} in
${cases.join('\n')}
    *) words="" ;;
    esac
  fi
  COMPREPLY=($(compgen -W "$words" -- "$current"))
}
complete -F _trigger_dev_connector trigger-dev-connector
`;
}

function fish(commands: readonly string[], after: Readonly<Record<string, readonly string[]>>): string {
  const name = 'trigger-dev-connector';
  return [
    `complete -c ${name} -f`,
    `complete -c ${name} -n __fish_use_subcommand -a "${commands.join(' ')}"`,
    ...Object.entries(after).map(
      ([command, words]) => `complete -c ${name} -n "__fish_seen_subcommand_from ${command}" -a "${words.join(' ')}"`,
    ),
    ...flagNames.map((flag) => `complete -c ${name} -l ${flag}`),
    '',
  ].join('\n');
}

/** A script that completes commands, flags and names: `completion bash`, `zsh` or `fish`. */
export function completionOf(commands: readonly string[]) {
  return async ({ operands: [shell], stdout }: Context): Promise<void> => {
    const after = await wordsAfter();
    const scripts: Readonly<Record<string, () => string>> = {
      bash: () => bash(commands, after),
      zsh: () => `autoload -U +X bashcompinit && bashcompinit\n${bash(commands, after)}`,
      fish: () => fish(commands, after),
    };
    const script = shell === undefined ? undefined : scripts[shell];
    if (script === undefined) {
      throw new ConnectorError('input_invalid', 'For which shell? trigger-dev-connector completion bash, zsh or fish');
    }
    for (const line of script().trimEnd().split('\n')) {
      stdout.line(line);
    }
  };
}
