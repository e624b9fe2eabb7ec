// -- Integration: trigger-dev
import './trigger-dev/actions/list-runs.js';
import './trigger-dev/actions/trigger-task.js';
import './trigger-dev/on-events/validate-connection.js';
import './trigger-dev/syncs/runs.js';
