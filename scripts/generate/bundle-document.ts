import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';

import type { ContractDocument } from '../../packages/contract/compile/contract-document.ts';

/** Bundles openapi/ into one document, which keeps its references. */
export async function bundleDocument(root: string, temporaryFolder: string): Promise<ContractDocument> {
  const output = join(temporaryFolder, 'openapi.json');
  const redocly = fileURLToPath(import.meta.resolve('@redocly/cli/bin/cli.js'));
  await promisify(execFile)(process.execPath, [redocly, 'bundle', 'holdfast', '--ext', 'json', '--output', output], {
    cwd: root,
    env: { ...process.env, REDOCLY_TELEMETRY: 'off', REDOCLY_SUPPRESS_UPDATE_NOTICE: 'true' },
  });
  return JSON.parse(await readFile(output, 'utf8')) as ContractDocument;
}
