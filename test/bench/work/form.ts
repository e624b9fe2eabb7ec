import { readFile } from 'node:fs/promises';
import { keys } from '../../connection/case-keys.js';
import { type Job, loadOurs, timed, type Work } from './peer.js';

const full = {
  apiKey: keys.pat,
  projectRef: 'proj_abcdefghij',
  environment: 'prod',
  baseUrl: 'https://api.trigger.dev',
};
const wrong = { apiKey: 'x', projectRef: 'a b', environment: 'nope', baseUrl: 'ftp://x', previewBranch: 'a b' };

type Check = (values: unknown) => boolean;

async function ours(): Promise<Check> {
  const { parseConnection } = await loadOurs();
  return (values) => parseConnection(values).ok;
}

/** The JSON Schema of the form, compiled once: the most that a customer's own form can do without this package. */
async function ajv(): Promise<Check> {
  const [{ Ajv }, schema] = await Promise.all([
    import('ajv'),
    readFile(`${process.cwd()}/schemas/connect-form.json`, 'utf8'),
  ]);
  const validate = new Ajv({ allErrors: true, strict: false }).compile(JSON.parse(schema) as object);
  return (values) => validate(values) as boolean;
}

async function µsPerCheck(check: Check, values: unknown, isRight: boolean, { calls }: Job): Promise<number> {
  const round = async () => {
    for (let index = 0; index < calls; index += 1) {
      if (check(values) !== isRight) {
        throw new Error('The form was judged wrongly.');
      }
    }
  };
  await round();
  const { cpu } = await timed(round);
  return (cpu * 1000) / calls;
}

/** What checking a form costs, right and with every field wrong. */
export const form: Work = async (job) => {
  const check = await (job.peer === 'ours' ? ours() : ajv());
  return {
    right: await µsPerCheck(check, full, true, job),
    wrong: await µsPerCheck(check, wrong, false, job),
  };
};
