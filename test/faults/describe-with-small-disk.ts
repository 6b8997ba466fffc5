import { describe } from 'vitest';

import { whyWithoutSmallDisk } from './small-disk.ts';

/**
 * A `describe` that can have small disks. Where none can be mounted, it fails in CI; on a developer's machine it says
 * so loudly, and the summary counts as skipped what is named here.
 */
export function describeWithSmallDisk(title: string, body: () => void): void {
  const reason = whyWithoutSmallDisk();
  if (reason === undefined) return void describe(title, body);
  if (process.env['CI']) throw new Error(`CI needs a small disk, and none could be mounted: ${reason}`);
  process.stderr.write(`\n*** THE FULL DISK WAS LEFT OUT of the tests: no small disk could be mounted (${reason}).\n`);
  process.stderr.write('*** It takes Linux with user namespaces, and unshare, nsenter and prlimit of util-linux.\n\n');
  describe.skip(`${title}: LEFT OUT, because no small disk could be mounted`, body);
}
