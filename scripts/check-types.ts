/** Type-checks every project of the workspace: each `tsconfig.json` below packages/, servers/, test/, bench/ and examples/. */
import { spawnSync } from 'node:child_process';
import { existsSync, globSync } from 'node:fs';
import { join } from 'node:path';

const root = join(import.meta.dirname, '..');
const projects = globSync(['tsconfig.json', '{packages,servers,examples}/*/{,test/,scripts/}tsconfig.json', '{test,bench}/tsconfig.json'], {
  cwd: root,
}).sort();
const compiler = join(root, 'node_modules/typescript/lib/tsc.js');

const failed = projects.filter((project) => {
  const { status } = spawnSync(process.execPath, [compiler, '-p', project], { cwd: root, stdio: 'inherit' });
  return status !== 0;
});

if (!existsSync(compiler) || projects.length === 0) throw new Error('There is nothing to check types with, or nothing to check.');
console.log(failed.length === 0 ? `${projects.length} projects have no type errors.` : `Type errors in ${failed.join(', ')}.`);
process.exit(failed.length === 0 ? 0 : 1);
