import type { GivenConfig } from '../given-config.js';
import { integrationId } from '../nango-connection.js';
import type { ConnectSession } from '../store/connect-sessions.js';

/** What a session presets stands, whatever a form sends. */
export const presetOf = ({ defaults }: Pick<ConnectSession, 'defaults'>): GivenConfig =>
  defaults[integrationId]?.connection_config ?? {};
