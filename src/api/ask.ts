import type { EndpointInput, EndpointName, EndpointOutput } from './registry.js';

/** Calls one endpoint over whatever transport there is. */
export type Ask = <Name extends EndpointName>(name: Name, input: EndpointInput<Name>) => Promise<EndpointOutput<Name>>;
