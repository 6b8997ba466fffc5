// What MSW 2 depends on and is published as ES modules alone.
const modules = ['@open-draft/deferred-promise', 'rettime', 'until-async'];

/** @type {import('jest').Config} */
module.exports = {
  testEnvironment: 'node',
  testTimeout: 120_000, // Slow machines are no failure.
  transform: { '\\.m?[jt]s$': '@swc/jest' },
  // pnpm keeps packages in a folder of its own, below which is another `node_modules`.
  transformIgnorePatterns: [`/node_modules/(?!(?:\\.pnpm|${modules.join('|')})/)`],
};
