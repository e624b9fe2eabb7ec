import { integrationId } from '../nango-connection.js';
import type { ConnectSession } from '../store/connect-sessions.js';

/** Nango's name of the branch, and ours: whichever a session presets, neither is taken from the form. */
const branchNames = ['triggerBranch', 'previewBranch'];

/** Values under what the session presets, which stands whatever a form sends. */
export function underPresets(
  values: Readonly<Record<string, unknown>>,
  { defaults }: Pick<ConnectSession, 'defaults'>,
): Record<string, unknown> {
  const preset = defaults[integrationId]?.connection_config ?? {};
  const isBranchPreset = branchNames.some((name) => Object.hasOwn(preset, name));
  const given = Object.entries(values).filter(([name]) => !(isBranchPreset && branchNames.includes(name)));
  return { ...Object.fromEntries(given), ...preset };
}
