import { ConnectorError } from '../../errors/index.js';
import type { Context } from '../context.js';
import { actionHelp, actionNamed } from './actions.js';
import { withConnection } from './host.js';

async function inputOf({ flags, readStdin }: Context): Promise<unknown> {
  if (flags.input === '-' && flags['key-stdin']) {
    throw new ConnectorError('input_invalid', 'Only one of --input - and --key-stdin can read standard input.');
  }
  const text = flags.input === '-' ? await readStdin() : (flags.input ?? '{}');
  try {
    return JSON.parse(text);
  } catch {
    throw new ConnectorError(
      'input_invalid',
      '--input must be JSON, for example --input \'{"taskId": "send-invoice"}\'.',
      {
        field: 'input',
      },
    );
  }
}

/** Runs an action with JSON in and JSON out. */
export async function action(context: Context): Promise<void> {
  const [name] = context.operands;
  if (name === undefined) {
    throw new ConnectorError('input_invalid', 'Which action? trigger-dev-connector action <name> --input <json>');
  }
  if (context.flags.help) {
    return actionHelp(context, name);
  }
  await actionNamed(name);
  const input = await inputOf(context);
  await withConnection(context, async (host, id) => {
    const output = await host.runAction(id, name, input, { signal: context.signal });
    context.stdout.json(output, context.flags.json ? undefined : 2);
  });
}
