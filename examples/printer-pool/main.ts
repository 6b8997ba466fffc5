/**
 * Eight documents and three printers. Each document waits for a free printer, holds it while it prints, and gives it
 * back; no printer ever prints two at a time.
 *
 *   HOLDFAST_API_KEY=hf_live_… npm run example -- examples/printer-pool/main.ts
 */
import { setTimeout as sleep } from 'node:timers/promises';

import { Holdfast } from '@holdfast/sdk';

const { HOLDFAST_URL = 'http://127.0.0.1:4000', HOLDFAST_API_KEY = '' } = process.env;
const holdfast = new Holdfast({ baseUrl: HOLDFAST_URL, apiKey: HOLDFAST_API_KEY });

await holdfast.resources.register([{ name: 'Printer', capacity: 3 }]);

const printing = new Set<string>();
let overlaps = 0;

async function print(document: string): Promise<string> {
  const options = { resource: 'Printer', requester: document, ttlSeconds: 10, waitMs: 60_000 };
  return holdfast.withLock(options, async ({ resource, fencingToken }) => {
    if (printing.has(resource)) overlaps += 1;
    printing.add(resource);
    console.log(`${document} prints on ${resource} (fencing token ${fencingToken})`);
    await sleep(50);
    printing.delete(resource);
    return resource;
  });
}

const documents = Array.from({ length: 8 }, (_, index) => `document-${index + 1}`);
const printers = new Set(await Promise.all(documents.map(print)));
console.log(
  `${documents.length} documents were printed on ${printers.size} printers, ${overlaps} at the same time on one.`,
);
