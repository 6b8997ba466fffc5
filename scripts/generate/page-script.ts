import { build } from 'esbuild';

/** The reference page's script in one piece, which the server puts into the page as it is. */
export async function pageScript(root: string): Promise<string> {
  const { outputFiles } = await build({
    absWorkingDir: root,
    entryPoints: ['servers/reference/src/docs/browser/main.ts'],
    bundle: true,
    minify: true,
    format: 'iife',
    target: 'es2022',
    charset: 'utf8',
    write: false,
  });
  const code = outputFiles.map(({ text }) => text.trim()).join('');
  return `/** What the page does in a browser. */\nexport const pageScript =\n  ${JSON.stringify(code)};\n`;
}
