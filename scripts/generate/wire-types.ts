import { readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { createClient } from '@hey-api/openapi-ts';

import type { ContractDocument } from '../../packages/contract/compile/contract-document.ts';

/** The wire types as TypeScript, without a header. */
export async function wireTypes(document: ContractDocument, temporaryFolder: string): Promise<string> {
  const folder = join(temporaryFolder, 'types');
  await createClient({
    input: forTypes(document),
    output: { path: folder, header: [], entryFile: false, module: { extension: '.ts' } },
    plugins: ['@hey-api/typescript'],
    logs: { level: 'silent', file: false },
  });
  const source = await readFile(join(folder, 'types.gen.ts'), 'utf8');
  return source.replace(clientOptions, '').trim() + '\n';
}

/**
 * Without what TypeScript needs no types for: it tells choices apart by their constants, and the bodies of webhooks are
 * schemas that have types already.
 */
function forTypes(document: ContractDocument): Record<string, unknown> {
  const text = JSON.stringify(document, (name, value: unknown) => (name === 'discriminator' ? undefined : value));
  const { webhooks: _, ...others } = JSON.parse(text) as Record<string, unknown>;
  return others;
}

/** Belongs to hey-api's clients, none of which is generated here. */
const clientOptions = /^export type ClientOptions = \{$[^]*?^\};\n/mu;
