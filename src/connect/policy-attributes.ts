/// <reference lib="dom" />
import type { ConnectionPolicy } from '../connection/base-url.js';

/** What the attributes of the element allow. */
export const policyIn = (element: Element): ConnectionPolicy => ({
  allowHttp: element.hasAttribute('allow-http'),
  allowPrivateHosts: element.hasAttribute('allow-private-hosts'),
  allowUnknownKey: element.hasAttribute('allow-unknown-key'),
});
