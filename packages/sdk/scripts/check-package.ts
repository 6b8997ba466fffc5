/**
 * Builds the package, packs it as it would be published, and looks at the tarball as its users will: publint, attw,
 * types, an import and a require of it, and the size of its whole ESM bundle. Writes to a temporary folder and to dist/.
 */
import { globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';

import { build } from 'tsdown';

import { PackedPackage, run } from '../../../scripts/packed-package.ts';

const largestGzippedBytes = 14_000;

/** Loads the package in both ways, and lets a compiler read its types, of which most are the private contract's. */
function use(sdk: PackedPackage, user: string): void {
  const check = `if (typeof Holdfast.prototype.withLock !== 'function') throw new Error('no withLock');`;
  writeFileSync(join(user, 'import.mjs'), `import { Holdfast } from '@holdfast/sdk';\n${check}\n`);
  writeFileSync(join(user, 'require.cjs'), `const { Holdfast } = require('@holdfast/sdk');\n${check}\n`);
  for (const file of ['import.mjs', 'require.cjs']) run(process.execPath, [file], user);
  const typed = `import type { ReserveItem } from '@holdfast/sdk';\nexport const item: ReserveItem = { requester: 'alice', resource: 'Printer' };\n`;
  // What isn't known would be `any`, and so could be called anything.
  const mistake = `// @ts-expect-error\nexport const wrong: ReserveItem = { requester: 'alice', resource: 1 };\n`;
  writeFileSync(join(user, 'types.mts'), typed + mistake);
  sdk.checkTypes(user, 'types.mts');
  sdk.checkIsSelfContained(user);
}

async function gzippedBytes(user: string): Promise<number> {
  const outDir = join(user, 'minified');
  const entry = join(user, 'node_modules', '@holdfast', 'sdk', 'dist', 'index.mjs');
  await build({ config: false, entry, outDir, platform: 'neutral', minify: true, dts: false, logLevel: 'warn' });
  const [bundle] = globSync(join(outDir, 'index.*js'));
  if (bundle === undefined) throw new Error('tsdown built nothing.');
  return gzipSync(readFileSync(bundle)).length;
}

const sdk = new PackedPackage(join(import.meta.dirname, '..'));
try {
  sdk.lint();
  const user = sdk.install('user');
  use(sdk, user);

  const bytes = await gzippedBytes(user);
  console.log(`The ESM bundle has ${bytes} bytes, minified and gzipped; at most ${largestGzippedBytes} are allowed.`);
  if (bytes > largestGzippedBytes) process.exitCode = 1;
} finally {
  sdk.dispose();
}
