/** Builds and checks what is published, the way that npm will have it: see each package's `check:package`. */
import { spawnSync } from 'node:child_process';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const published = ['packages/sdk', 'packages/mocks', 'packages/cli'];

const failed = published.filter((folder) => {
  console.log(`--- ${folder}`);
  const args = ['--disable-warning=ExperimentalWarning', 'scripts/check-package.ts'];
  return spawnSync(process.execPath, args, { cwd: join(root, folder), stdio: 'inherit' }).status !== 0;
});
process.exit(failed.length === 0 ? 0 : 1);
