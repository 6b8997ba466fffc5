import { chromium as engine } from 'playwright-core';
import type { Browser } from 'playwright-core';
import { describe } from 'vitest';

/** The path of a Chromium, which only CI brings along. */
const chromium = process.env['CHROMIUM'];
if (!chromium) {
  if (process.env['CI']) throw new Error('CI needs a Chromium, and CHROMIUM names none.');
  process.stderr.write(
    '\n*** THE DASHBOARD AND THE API REFERENCE WERE LEFT OUT of the tests: CHROMIUM names no browser.\n\n',
  );
}

/** Tests that need the browser: without one they are left out, which is said above; in CI that is a failure. */
export function describeInBrowser(name: string, tests: () => void): void {
  describe.skipIf(!chromium)(name, tests);
}

/** A browser that asks nobody but the server for anything. */
export function launchChromium(): Promise<Browser> {
  return engine.launch({
    executablePath: chromium!,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--disable-dev-shm-usage',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
      '--no-first-run',
    ],
  });
}
