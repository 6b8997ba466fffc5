/**
 * Type-checks the whole workspace in as few programs as what they may use allows: one for what runs in browsers too,
 * which must not see a type of Node's, one for pages alone, and one for each version of the language in Node. The
 * `tsconfig.json` files in the folders are for editors. What was checked before and hasn't changed is not checked again.
 */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';

const root = join(import.meta.dirname, '..');
const programs = ['neutral', 'dashboard', 'node', 'node-20'] as const;
/** TypeScript 7 checks in a fifth of the time. It has no API, so whatever generates or packs has TypeScript 6. */
const compiler = join(root, 'node_modules/typescript-7/bin/tsc');
const cache = join(root, 'node_modules/.cache/typescript');

/** What the compiler says about a program: an error each, with the lines that explain it. */
async function findErrors(program: string): Promise<readonly string[]> {
  const args = [
    '-p',
    `tsconfig.${program}.json`,
    // Several checkers for one program would each check the types that its files share.
    '--singleThreaded',
    '--incremental',
    '--tsBuildInfoFile',
    join(cache, `${program}.tsbuildinfo`),
  ];
  const run = spawn(process.execPath, [compiler, ...args], { cwd: root, stdio: ['ignore', 'pipe', 'inherit'] });
  const ended = new Promise<number | null>((resolve) => run.on('close', resolve));
  const output = (await text(run.stdout)).trimEnd();
  const status = await ended;
  if (status === 0) return [];
  return output === '' ? [`The compiler ended with ${status} for tsconfig.${program}.json.`] : output.split(/\n(?! )/u);
}

if (!existsSync(compiler)) throw new Error('There is nothing to check types with: run `pnpm install`.');
const found = await Promise.all(programs.map(findErrors));
// A file that several programs import has the same error in each.
const errors = new Set(found.flat());
for (const error of errors) console.log(error);
console.log(errors.size === 0 ? `${programs.length} programs have no type errors.` : 'There are type errors.');
process.exit(errors.size === 0 ? 0 : 1);
