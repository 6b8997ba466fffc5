import { execFileSync } from 'node:child_process';
import {
  copyFileSync,
  cpSync,
  existsSync,
  globSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  realpathSync,
  rmSync,
  symlinkSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join, sep } from 'node:path';

/** Where workspace packages have what is installed for them. */
const installedFolders = '{packages,servers,examples,test,bench}{,/*}/node_modules';

/** What tools keep for themselves there; a copy begins without. */
const isCache = (path: string) => /^\.(?:cache|vite|vite-temp|vitest-cache)$/u.test(basename(path));

/**
 * A copy of the working tree, with what isn't committed and without what is ignored, in which tests can be run. Other
 * packages are taken from where they are installed, those of the workspace from the copy.
 */
export class ScratchCopy {
  readonly folder: string;
  readonly #parent: string;

  constructor(root: string) {
    this.#parent = realpathSync(mkdtempSync(join(tmpdir(), 'holdfast-mutants-')));
    this.folder = join(this.#parent, 'copy');
    mkdirSync(this.temporaryFolder, { recursive: true });
    copyFiles(root, this.folder);
    linkInstalled(join(root, 'node_modules'), join(this.folder, 'node_modules'));
    for (const path of globSync(installedFolders, { cwd: root })) {
      // Links stay as they are, which is relative, and so lead to the packages of the copy.
      const options = { recursive: true, verbatimSymlinks: true, filter: (each: string) => !isCache(each) };
      cpSync(join(root, path), join(this.folder, path), options);
    }
    expectOwnPackages(this.folder);
  }

  /** For what tests leave behind when they are cut off. */
  get temporaryFolder(): string {
    return join(this.#parent, 'tmp');
  }

  remove(): void {
    rmSync(this.#parent, { recursive: true, force: true, maxRetries: 5, retryDelay: 200 });
  }
}

function copyFiles(from: string, to: string): void {
  const options = { cwd: from, encoding: 'utf8', maxBuffer: 64 * 1_024 * 1_024 } as const;
  const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], options);
  for (const file of new Set(files.split('\0'))) {
    // What was deleted and isn't committed yet is listed, too.
    if (file === '' || !existsSync(join(from, file))) continue;
    mkdirSync(dirname(join(to, file)), { recursive: true });
    copyFileSync(join(from, file), join(to, file));
  }
}

function linkInstalled(from: string, to: string): void {
  mkdirSync(to);
  for (const name of readdirSync(from)) if (!isCache(name)) symlinkSync(join(from, name), join(to, name));
}

/** Otherwise a bug would be planted in one place, and another one be tested. */
function expectOwnPackages(folder: string): void {
  const links = globSync(`${installedFolders}/@holdfast/*`, { cwd: folder });
  const foreign = links.filter((link) => !realpathSync(join(folder, link)).startsWith(folder + sep));
  if (links.length === 0 || foreign.length > 0) {
    const which = foreign.join(', ') || 'none is installed';
    throw new Error(`In the scratch copy, workspace packages lead out of it: ${which}.`);
  }
}
