import { execFileSync } from 'node:child_process';
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { gunzipSync } from 'node:zlib';

/** A package as npm will have it: built, packed, and unpacked to where a user's package manager would put it. */
export class PackedPackage {
  /** A folder that is deleted by {@link dispose}. */
  readonly scratch: string;
  readonly #folder: string;
  readonly #name: string;
  readonly #tarball: string;

  /** @param folder - The package's folder in this repository. */
  constructor(folder: string) {
    this.#folder = folder;
    const manifest = readFileSync(join(folder, 'package.json'), 'utf8');
    this.#name = (JSON.parse(manifest) as { name: string }).name;
    this.scratch = mkdtempSync(join(tmpdir(), 'holdfast-package-'));
    runPnpm(folder, ['pack', '--pack-destination', this.scratch]);
    const [tarball] = globSync(join(this.scratch, '*.tgz'));
    if (tarball === undefined) throw new Error('pnpm packed nothing.');
    this.#tarball = tarball;
  }

  /** Runs publint on the tarball. */
  lintManifest(): void {
    this.runTool('publint', 'src/cli.js', ['run', this.#tarball, '--strict']);
  }

  /** Runs publint and attw on the tarball. */
  lint(): void {
    this.lintManifest();
    this.runTool('@arethetypeswrong/cli', 'dist/index.js', [this.#tarball]);
  }

  /** Installs the package for a user of the given name; returns the user's folder. */
  install(user: string): string {
    const home = join(this.scratch, user);
    this.unpackTo(join(home, 'node_modules', this.#name));
    return home;
  }

  /** Writes the package's files, and nothing that isn't published, to a folder. */
  unpackTo(folder: string): void {
    for (const [path, content] of readTarball(this.#tarball)) {
      const file = join(folder, path);
      mkdirSync(dirname(file), { recursive: true });
      writeFileSync(file, content);
    }
  }

  /** Lets a compiler read the package's types, in both ways in which it may look for them. */
  checkTypes(user: string, file: string): void {
    const options = ['--noEmit', '--strict', '--exactOptionalPropertyTypes', '--skipLibCheck', '--target', 'es2023'];
    for (const module of [
      ['--module', 'nodenext'],
      ['--module', 'esnext', '--moduleResolution', 'bundler'],
    ]) {
      this.runTool('typescript', 'lib/tsc.js', [...options, ...module, file], user);
    }
  }

  /** What is private to the workspace doesn't exist for users. */
  checkIsSelfContained(user: string): void {
    const files = globSync(join(user, 'node_modules', this.#name, 'dist/**/*.{mjs,cjs,mts,cts}'));
    const imported = files.flatMap(
      (file) => readFileSync(file, 'utf8').match(/(?:from|import\(|require\()\s*["']@holdfast\/\w+/g) ?? [],
    );
    const privateNames = imported.filter((text) => !text.endsWith(this.#name));
    if (privateNames.length > 0) throw new Error(`Users can't have ${privateNames.join(', ')}.`);
  }

  /** Runs the command that one of the package's development dependencies keeps in a file. */
  runTool(dependency: string, file: string, args: readonly string[], cwd = this.#folder): void {
    run(process.execPath, [join(this.#folder, 'node_modules', dependency, file), ...args], cwd);
  }

  dispose(): void {
    rmSync(this.scratch, { recursive: true });
  }
}

export function run(command: string, args: readonly string[], cwd: string): void {
  execFileSync(command, args, { cwd, stdio: ['ignore', 'inherit', 'inherit'] });
}

/** pnpm, and no other, puts what `publishConfig` says into the manifest that it packs. */
export function runPnpm(cwd: string, args: readonly string[]): void {
  const fetched = join(import.meta.dirname, '..', '.tools', 'node_modules', 'pnpm', 'bin', 'pnpm.mjs');
  if (existsSync(fetched)) run(process.execPath, [fetched, ...args], cwd);
  else run('pnpm', args, cwd);
}

/** The files of a package's tarball, without the folder that they are all in. */
function* readTarball(tarball: string): Generator<[path: string, content: Buffer]> {
  const bytes = gunzipSync(readFileSync(tarball));
  const blockBytes = 512;
  for (let at = 0; at + blockBytes <= bytes.length && bytes[at] !== 0;) {
    const text = (from: number, length: number) =>
      bytes.toString('utf8', at + from, at + from + length).split('\0')[0] ?? '';
    const size = Number.parseInt(text(124, 12), 8);
    const path = [text(345, 155), text(0, 100)].filter((part) => part !== '').join('/');
    const isFile = text(156, 1) === '0' || text(156, 1) === '';
    if (isFile) yield [path.slice(path.indexOf('/') + 1), bytes.subarray(at + blockBytes, at + blockBytes + size)];
    at += blockBytes * (1 + Math.ceil(size / blockBytes));
  }
}
