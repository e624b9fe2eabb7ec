import type { GivenConfig } from '../given-config.js';
import { integrationId } from '../nango-connection.js';
import type { ConnectSession } from '../store/connect-sessions.js';

/** Nango's name of the branch, and ours: whichever a session presets, neither is taken from the form. */
const branchNames = ['triggerBranch', 'previewBranch'];

export const presetOf = ({ defaults }: Pick<ConnectSession, 'defaults'>): GivenConfig =>
  defaults[integrationId]?.connection_config ?? {};

/** Values under what the session presets, which stands whatever a form sends. */
export function underPresets(values: Readonly<Record<string, unknown>>, preset: GivenConfig): Record<string, unknown> {
  const isBranchPreset = branchNames.some((name) => Object.hasOwn(preset, name));
  const given = Object.entries(values).filter(([name]) => !(isBranchPreset && branchNames.includes(name)));
  return { ...Object.fromEntries(given), ...preset };
}
