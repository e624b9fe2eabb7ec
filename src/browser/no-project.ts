import type { Connection } from '../connection/index.js';

/*
 * A token is for one project, and its paths name none: in place of `api/projects/check-project.ts` and
 * `api/projects/resolve.ts` in the bundle.
 */

export const uncheckedProject = (): undefined => undefined;
export const checkProject = async (): Promise<{ checked: boolean }> => ({ checked: false });
export const needsProject = (): boolean => false;
export const targetFor = async (connection: Connection): Promise<Connection> => connection;
