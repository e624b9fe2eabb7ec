import { branchIn, type Connection, isEnvironmentKey } from '../connection/index.js';
import { ConnectorError } from '../errors/index.js';

const branchHeader = 'x-trigger-branch';

/** The rows name their environment; a path that no row knows names it as a segment, if at all. */
const namesPreview = (path: string) => path.split('/').includes('preview');

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
  if (!isEnvironmentKey(kind) && !namesPreview(path)) {
    return asked === undefined ? others : refuseBranch(connection);
  }
  return { ...others, [branchHeader]: branch };
}
