/** Checks a history again that a failed test wrote to a file: `node test/histories/recheck-history.ts FILE`. */
import { readFileSync } from 'node:fs';

import { checkHistory } from './check-history.ts';
import type { History } from './recording/history.ts';

const [path] = process.argv.slice(2);
if (path === undefined) {
  process.stderr.write('Name the file of a history.\n');
  process.exit(2);
}
const history = JSON.parse(readFileSync(path, 'utf8')) as History;
const failure = checkHistory(history);
process.stdout.write(`${failure?.text ?? `All ${history.calls.length} calls can be explained.`}\n`);
process.exitCode = failure === undefined ? 0 : 1;
