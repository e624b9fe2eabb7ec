/**
 * What Nango's proxy makes of a call, for the local host and the test doubles. Each rule names its place in NangoHQ/nango,
 * packages/, of 0.71.4.
 */

// shared/lib/utils/utils.ts: meant for the placeholders of providers, done to every endpoint
export const sentEndpoint = (endpoint: string) => endpoint.replaceAll('connectionConfig', 'connection_config');

// shared/lib/services/proxy/utils.ts: URLSearchParams.set, so an array is joined by commas and '' stays
export function sentQuery(params: Readonly<Record<string, unknown>> = {}): URLSearchParams {
  const query = new URLSearchParams();
  for (const [name, value] of Object.entries(params)) {
    query.set(name, String(value));
  }
  return query;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}

const contentType = (headers: Readonly<Record<string, string>>) =>
  Object.entries(headers).find(([name]) => name.toLowerCase() === 'content-type')?.[1] ?? '';

/** The body as it goes out: shared/lib/services/proxy/utils.ts, and what axios 1.18 does to text that is said to be JSON. */
export function sentBody(
  method: string,
  data: unknown,
  headers: Readonly<Record<string, string>> = {},
): string | undefined {
  if (!data || method === 'GET') {
    return undefined;
  }
  if (typeof data !== 'string') {
    return JSON.stringify(data);
  }
  if (!contentType(headers).includes('application/json')) {
    return data;
  }
  return isJson(data) ? data.trim() : JSON.stringify(data);
}

// shared/lib/services/proxy/retry.ts, with the `error_code` of our provider entry
export const isRetriedStatus = (status: number) => status === 429 || status >= 500;

// utils/lib/retry.ts
export const retriedNetworkCodes: ReadonlySet<string> = new Set([
  'ECONNRESET',
  'ETIMEDOUT',
  'ECONNABORTED',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'EAI_AGAIN',
  'UND_ERR_SOCKET',
]);

/** axios throws these, with the response in `response`; redirects are followed before. */
export const isThrownStatus = (status: number) => status >= 300;
