import { loadOurs, loadSdk, originOf, secretKey, timed, type Work } from './peer.js';

const request = { scopes: { read: { runs: ['run_1234', 'run_5678'] } }, expirationTime: '1hr' };

async function minter(peer: string, baseURL: string): Promise<() => Promise<string>> {
  const { auth, configure } = peer === 'ours' ? await loadOurs() : await loadSdk();
  configure({ accessToken: secretKey, baseURL });
  return () => auth.createPublicToken(request);
}

/** A public access token after the other, once the claims of the environment can be known. */
export const mint: Work = async (job) => {
  const one = await minter(job.peer, originOf(job));
  const many = async (count: number) => {
    for (let index = 0; index < count; index += 1) {
      await one();
    }
  };
  const asked = async () => Number(await (await fetch(`${originOf(job)}/asked`)).text());
  await many(job.calls);
  const before = await asked();
  const { cpu } = await timed(() => many(job.calls));
  return { cpu, us: (cpu * 1000) / job.calls, requests: ((await asked()) - before) / job.calls };
};
