/// <reference lib="dom" />
import type { FormValues } from './form-model.js';
import { type ConnectOutcome, readOutcome } from './outcome.js';

/** Sends the values as JSON to the same origin; what is no outcome is nothing. */
export async function post(url: string, values: FormValues): Promise<ConnectOutcome | undefined> {
  const response = await fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json', accept: 'application/json' },
    body: JSON.stringify(values),
    credentials: 'same-origin',
    redirect: 'error',
  });
  return readOutcome(await response.json());
}
