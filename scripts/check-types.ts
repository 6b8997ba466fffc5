/**
 * Type-checks the whole workspace in as few programs as what they may use allows: one for what runs in browsers too,
 * which must not see a type of Node's, and one for each version of the language in Node. The `tsconfig.json` files in
 * the folders are for editors. What was checked before and hasn't changed is not checked again.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '..');
const programs = ['neutral', 'node', 'node-20'] as const;
const compiler = join(root, 'node_modules/typescript/lib/tsc.js');
const cache = join(root, 'node_modules/.cache/typescript');

/** What the compiler says about a program; nothing, if it is right. */
async function faultsIn(program: string): Promise<string> {
  const args = [
    '-p',
    `tsconfig.${program}.json`,
    '--incremental',
    '--tsBuildInfoFile',
    join(cache, `${program}.tsbuildinfo`),
  ];
  const run = spawn(process.execPath, [compiler, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => run.on('close', resolve));
  const said = await text(run.stdout);
  const status = await ended;
  return status === 0 ? '' : said || `The compiler ended with ${status} for tsconfig.${program}.json.\n`;
}

if (!existsSync(compiler)) throw new Error('There is nothing to check types with: run `pnpm install`.');
const faults = await Promise.all(programs.map(faultsIn));
process.stdout.write(faults.join(''));
const isRight = faults.every((fault) => fault === '');
console.log(isRight ? `${programs.length} programs have no type errors.` : 'There are type errors.');
process.exit(isRight ? 0 : 1);
