import { verify } from '../api/index.js';
import { ConnectorError, type ErrorCode, errorCodes } from '../errors/index.js';
import { asActionError, callWith, connectionOf } from './call.js';
import type { NangoBase } from './nango.js';

/**
 * The key may be right and the server busy: refusing would break a connection that worked, on a mere re-import. One that
 * cannot be reached at all proves nothing.
 */
const isBusy = (code: ErrorCode) => errorCodes[code].retry === 'now' && code !== 'network';

/** Nango ends the function after five minutes without a word, and its proxy waits for a silent host without end. */
const patienceMs = 60_000;

async function withinPatience<Result>(work: Promise<Result>): Promise<Result> {
  const late = new Promise<never>((_, reject) => {
    setTimeout(
      () =>
        reject(
          new ConnectorError(
            'network',
            `The API did not answer within ${patienceMs / 1000} s. Check the base URL of the connection.`,
            {
              field: 'baseUrl',
            },
          ),
        ),
      patienceMs,
    );
  });
  return Promise.race([work, late]);
}

/**
 * Nango's `validate-connection`: the rules of the form, which Nango's own server does not check, then the API.
 * Throws with the message that Connect UI shows. A `limited` key is accepted, and one that a busy server could not judge.
 */
export async function validateConnection(nango: NangoBase): Promise<void> {
  await asActionError(nango, async () => {
    const connection = await connectionOf(nango, { asForm: true });
    const { code, message, status } = await withinPatience(
      verify(connection, (endpoint, input) => callWith(nango, connection, endpoint, input)),
    );
    const accepted = status === 'valid' || status === 'limited' || (code !== undefined && isBusy(code));
    if (!accepted) {
      throw new ConnectorError(code ?? 'unauthorized', message);
    }
  });
}
