/** Routes of deployment tooling count in a bucket of their own, twice as large. */
const deployment = [
  /^\/api\/v1\/deployments(?:\/(?!current$).*)?$/,
  /^\/api\/v1\/projects\/[^/]+\/(?:dev|staging|prod|preview|envvars)$/,
  /^\/api\/v1\/projects\/[^/]+\/envvars\/[^/]+\/import$/,
  /^\/api\/v1\/projects\/[^/]+\/branches(?:\/|$)/,
];

/** Routes before which no limiter stands, and so nothing that asks for an Authorization header. */
const exempt = [
  /^\/api\/v1\/timezones$/,
  /^\/api\/v1\/auth\/jwt\/claims$/,
  /^\/api\/v1\/deployments\/current$/,
  /^\/api\/v1\/waitpoints\/tokens\/[^/]+\/callback\//,
  /^\/api\/v[12]\/packets\//,
  // Only where the id is well formed.
  /^\/api\/v3\/batches\/batch_[0-9a-z]{21,}\/items$/,
];

export type RateFamily = 'api' | 'deployment' | 'none';

export function rateFamilyOf(pathname: string): RateFamily {
  if (!pathname.startsWith('/api/') || exempt.some((pattern) => pattern.test(pathname))) {
    return 'none';
  }
  return deployment.some((pattern) => pattern.test(pathname)) ? 'deployment' : 'api';
}
