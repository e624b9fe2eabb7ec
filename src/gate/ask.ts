import type { AnyEndpoint, InputOf, OutputOf } from './endpoint.js';

/** Calls one endpoint over whatever transport there is. */
export type Ask = <Row extends AnyEndpoint>(endpoint: Row, input: InputOf<Row>) => Promise<OutputOf<Row>>;
