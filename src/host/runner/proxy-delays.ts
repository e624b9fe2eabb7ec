import { type Delays, delayAfterFailure, delayAfterResponse } from '../../client/retry.js';
import { nativeCodeOf } from '../../client/undici-transport.js';
import { isRetriedStatus, retriedNetworkCodes } from '../../nango/proxy-limits.js';

/**
 * Retries what Nango's proxy retries and nothing else: a 404, 408 or 409 stands, whatever `x-should-retry` says. How long
 * it waits is the client's: at most a minute, where Nango waits for any reset.
 */
export const proxyDelays: Delays = {
  afterResponse: (response, attempt) => {
    if (!isRetriedStatus(response.status)) {
      return undefined;
    }
    const { 'x-should-retry': _, ...headers } = response.headers;
    return delayAfterResponse({ ...response, headers }, attempt);
  },
  afterFailure: (error, attempt) => {
    const code = nativeCodeOf(error);
    return code === undefined || retriedNetworkCodes.has(code) ? delayAfterFailure(error, attempt) : undefined;
  },
};
