import { gzipSync } from 'node:zlib';

import type { Plugin, Rolldown } from 'vite';

/** What the first view may weigh, all of its scripts and styles, gzipped. */
const mostBytes = 200_000;

/** The view that is opened first. */
const firstView = '/src/views/overview/overview-view.tsx';

type Bundle = Readonly<Record<string, Rolldown.OutputChunk | Rolldown.OutputAsset>>;

/** Says what has to be loaded for the first view, and fails the build when that is too much. */
export function checkFirstView(): Plugin {
  return {
    name: 'holdfast-first-view',
    apply: 'build',
    generateBundle(_, bundle) {
      const files = filesOfFirstView(bundle);
      const sizes = files.map((name) => ({ name, bytes: gzippedBytes(bundle[name]!) }));
      const total = sizes.reduce((sum, { bytes }) => sum + bytes, 0);
      for (const { name, bytes } of sizes) this.info(`${kilobytes(bytes)}  ${name}`);
      this.info(`${kilobytes(total)}  for the first view, gzipped, of ${kilobytes(mostBytes)}`);
      if (total > mostBytes) this.error('The first view has become too large.');
    },
  };
}

function filesOfFirstView(bundle: Bundle): readonly string[] {
  const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
  const starts = chunks.filter((chunk) => chunk.isEntry || chunk.facadeModuleId?.endsWith(firstView));
  const scripts = new Set<string>();
  const visit = (name: string): void => {
    const chunk = bundle[name];
    if (scripts.has(name) || chunk?.type !== 'chunk') return;
    scripts.add(name);
    chunk.imports.forEach(visit);
  };
  starts.forEach(({ fileName }) => visit(fileName));
  const styles = Object.keys(bundle).filter((name) => name.endsWith('.css'));
  return [...scripts, ...styles];
}

function gzippedBytes(file: Rolldown.OutputChunk | Rolldown.OutputAsset): number {
  return gzipSync(file.type === 'chunk' ? file.code : file.source).length;
}

function kilobytes(bytes: number): string {
  return `${(bytes / 1_000).toFixed(1)} kB`.padStart(9);
}
