/** Lints openapi/ by the rules in redocly.yaml; a warning fails it too. Redocly is told to stay off the network. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const redocly = join(root, 'node_modules/@redocly/cli/bin/cli.js');
const env = { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' };
const args = [redocly, 'lint', '--max-problems', '1000', '--format', 'stylish'];
const { status, stdout, stderr } = spawnSync(process.execPath, args, { cwd: root, env, encoding: 'utf8' });
const output = `${stdout}${stderr}`;
console.log(output.trim());
process.exit(status === 0 && !/\bwarnings?\b/u.test(output) ? 0 : 1);
