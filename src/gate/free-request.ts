import {
  branchIn,
  type Connection,
  type Environment,
  environmentNamed,
  isEnvironmentKey,
} from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';

const branchHeader = 'x-trigger-branch';

/** The environment that a path names, where the routes of a project have it; a variable may be called the same. */
function environmentIn(path: string): Environment | undefined {
  const [, name = ''] = /^\/api\/v\d+\/projects\/[^/]+\/(?:envvars\/)?([^/]+)(?:\/|$)/.exec(path) ?? [];
  return environmentNamed(name);
}

/** As git allows it in a header: `refs/…` and white space never. */
const branchName = /^(?!refs\/)[!-~]{1,255}$/;

function refuseBranch({ environment }: Connection): never {
  throw new ConnectorError(
    'branch_not_allowed',
    `With ${environment ?? 'no environment'}, a preview branch would redirect the call to that branch. Leave ${branchHeader} out.`,
    { field: 'previewBranch' },
  );
}

/**
 * The headers of a request that no row describes, by the same rule as all others: the branch goes out only for
 * preview, or for a named dev branch. Throws `branch_not_allowed` or `branch_invalid`.
 */
export function freeHeaders(
  connection: Connection,
  path: string,
  given: Readonly<Record<string, string>>,
): Record<string, string> {
  const { [branchHeader]: asked, ...others } = given;
  const { environment, kind, previewBranch } = connection;
  const branch = branchIn(environment, asked ?? previewBranch);
  if (branch === undefined || branch === '') {
    return others;
  }
  if (environment !== 'preview' && environment !== 'dev') {
    refuseBranch(connection);
  }
  if (!branchName.test(branch)) {
    throw new ConnectorError('branch_invalid', undefined, { field: 'previewBranch' });
  }
  // A token's call to another environment would be led to the branch as well.
  if (!isEnvironmentKey(kind) && environmentIn(path) !== environment) {
    return asked === undefined ? others : refuseBranch(connection);
  }
  return { ...others, [branchHeader]: branch };
}
