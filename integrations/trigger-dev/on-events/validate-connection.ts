import { createOnEvent } from 'nango';
import { validateConnection } from '../../../src/nango/index.js';

export default createOnEvent({
  event: 'validate-connection',
  description: 'Refuses connections that could not work or would act on the wrong environment.',
  version: '1.0.0',
  // https://trigger.dev/docs/management/authentication
  exec: async (nango) => {
    await validateConnection(nango);
  },
});
