/**
 * Probes for those who deploy no function. The first 2xx accepts, so each serves keys that the ones before it refuse:
 * restricted keys may read only one of the three lists, and a personal access token only its own identity.
 */
const verification = {
  method: 'GET',
  endpoints: [
    '/api/v1/runs?page[size]=1',
    '/api/v1/deployments?page[size]=5',
    '/api/v1/queues?perPage=1',
    '/api/v2/whoami',
  ],
} as const;

/** The entry with a `verification` block: Nango then tries the key itself before it stores a connection. */
export function withVerification<Entry extends { readonly proxy: object }>(entry: Entry) {
  return { ...entry, proxy: { ...entry.proxy, verification } };
}
