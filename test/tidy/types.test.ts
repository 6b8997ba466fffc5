import { spawnSync } from 'node:child_process';
import { dirname, join, relative } from 'node:path';

import { describe, expect, test } from 'vitest';

import { root, sourceFiles } from './source-files.ts';

interface Program {
  readonly files: readonly string[];
  readonly compilerOptions: { readonly lib: readonly string[]; readonly types?: readonly string[] };
}

/** What the compiler makes of a program's configuration, without checking it. */
function programOf(name: string): Program {
  const compiler = join(root, 'node_modules/typescript-7/bin/tsc');
  const { stdout } = spawnSync(process.execPath, [compiler, '-p', `tsconfig.${name}.json`, '--showConfig'], {
    cwd: root,
    encoding: 'utf8',
  });
  const program = JSON.parse(stdout) as Program;
  return { ...program, files: program.files.map((file) => relative(root, join(root, file)).replaceAll('\\', '/')) };
}

describe('the types', () => {
  const programs = {
    neutral: programOf('neutral'),
    dashboard: programOf('dashboard'),
    node: programOf('node'),
    'node-20': programOf('node-20'),
  };

  test('of each file of the workspace are checked in exactly one program', () => {
    const otherProjects = sourceFiles('*/**/pnpm-lock.yaml').map(({ path }) => `${dirname(path)}/`);
    const files = sourceFiles('**/*.{ts,tsx}').map(({ path }) => path);

    const checked = Object.values(programs).flatMap(({ files }) =>
      files.filter((file) => !file.includes('/generated/')),
    );
    expect(checked.sort()).toEqual(files.filter((file) => !otherProjects.some((folder) => file.startsWith(folder))));
  });

  test("of Node's are out of sight for what runs in browsers too", () => {
    const { files, compilerOptions } = programs.neutral;
    for (const name of ['contract', 'engine', 'gateway', 'mocks', 'sdk', 'store-memory']) {
      expect(files).toContain(`packages/${name}/src/index.ts`);
    }
    expect(compilerOptions.types ?? []).toEqual([]);
    expect(compilerOptions.lib).toEqual(['es2023', 'es2024.string', 'webworker']);
  });
});
