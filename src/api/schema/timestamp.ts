import { string } from './scalars.js';

/** Dates stay as they travel: ISO 8601 text. */
export const timestamp = (what: string) =>
  string().describe(`${what} ISO 8601, UTC. Example: "2026-01-31T09:30:00.000Z"`);
