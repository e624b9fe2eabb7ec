// Nango's runner as a peer: its own classes over axios, which its proxy uses, straight to the API.
import { type Job, originOf, secretKey } from './peer.js';

type Proxy = (config: {
  readonly method?: string;
  readonly endpoint: string;
  readonly params?: Record<string, string>;
  readonly data?: unknown;
}) => Promise<{ readonly data: unknown }>;

export interface NangoPeer {
  get: Proxy;
  post: Proxy;
  paginate(config: unknown): AsyncGenerator<unknown[]>;
}

export async function nangoPeer(job: Job): Promise<NangoPeer> {
  const { NangoActionBase } = await import('@nangohq/runner-sdk');
  const { default: axios } = await import('axios');
  const headers = { authorization: `Bearer ${secretKey}`, accept: 'application/json' };
  // The runner adds what this lacks: the look-up of the connection, retries, logs.
  const proxy: Proxy = ({ data, endpoint, method, params }) =>
    axios.request({
      baseURL: originOf(job),
      url: endpoint,
      headers,
      ...(method !== undefined && { method }),
      ...(params !== undefined && { params }),
      ...(data !== undefined && { data }),
    });
  const peer = Object.create(NangoActionBase.prototype) as NangoPeer;
  return Object.assign(peer, { provider: 'github', nango: { userAgent: 'bench' }, proxy });
}
