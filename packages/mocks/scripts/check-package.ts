/**
 * Builds the package, packs it as it would be published, and looks at the tarball as its users will: publint, attw,
 * types, an import and a require of it beside each version of MSW, and its command. Writes to a temporary folder and
 * to dist/.
 */
import { realpathSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

import { PackedPackage, run } from '../../../scripts/packed-package.ts';

const root = join(import.meta.dirname, '..');

/** Puts one of the versions of MSW that this repository has beside the installed package. */
function addMsw(user: string, dependency: string): void {
  symlinkSync(realpathSync(join(root, 'node_modules', dependency)), join(user, 'node_modules', 'msw'));
}

const check = `
const mock = createHoldfastMock({ baseUrl: 'http://holdfast.test', seed: { definitions: [{ name: 'Printer', capacity: 2 }] } });
const server = setupServer(...mock.handlers);
server.listen();
const headers = { 'X-API-Key': 'any', 'Content-Type': 'application/json' };
const body = JSON.stringify([{ requester: 'alice', resource: 'Printer' }]);
fetch('http://holdfast.test/api/v1/Reservation/reserve', { method: 'POST', headers, body })
  .then((response) => response.json())
  .then(([result]) => {
    server.close();
    if (result.acquiredSlots.Printer !== 'Printer_0') throw new Error('no printer');
  });
`;

/** Loads the package in both ways, and lets a compiler read its types. */
function use(mocks: PackedPackage, user: string): void {
  const imports = `import { createHoldfastMock } from '@holdfast/mocks';\nimport { setupServer } from 'msw/node';\n`;
  const requires = `const { createHoldfastMock } = require('@holdfast/mocks');\nconst { setupServer } = require('msw/node');\n`;
  writeFileSync(join(user, 'import.mjs'), imports + check);
  writeFileSync(join(user, 'require.cjs'), requires + check);
  writeFileSync(join(user, 'types.mts'), imports + check.replace('fetch(', 'mock.fetch('));
  for (const file of ['import.mjs', 'require.cjs']) run(process.execPath, [file], user);
  mocks.checkTypes(user, 'types.mts');
}

const mocks = new PackedPackage(root);
try {
  mocks.lint();
  for (const msw of ['msw', 'msw-2']) {
    const user = mocks.install(`beside-${msw}`);
    addMsw(user, msw);
    use(mocks, user);
  }

  const alone = mocks.install('alone');
  run(process.execPath, [join(alone, 'node_modules/@holdfast/mocks/dist/bin/holdfast-mock.mjs'), '--help'], alone);
  mocks.checkIsSelfContained(alone);
} finally {
  mocks.dispose();
}
