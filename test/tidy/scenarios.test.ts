import { dirname, join } from 'node:path';

import { operations } from '@holdfast/contract';
import type { OperationDescription } from '@holdfast/contract';
import { expect, test } from 'vitest';

import { importsOf, sourceFiles } from './source-files.ts';
import type { SourceFile } from './source-files.ts';

/** Folders by the contract's names of the families. */
const folders: Readonly<Record<OperationDescription['family'], string>> = {
  namedResources: 'named-resources',
  credits: 'credits',
  capacity: 'capacity',
  administration: 'administration',
  webhooks: 'webhooks',
};

/** Promised for every operation, and only seen when something is broken: the tests of gateway and server break it. */
const isForced = (status: number) => status >= 500;

/** Of every operation alike, by what its contract says of keys and limits: tried for all of them at once. */
const isForAll = ({ scope, limit }: OperationDescription, status: number) =>
  (status === 403 && scope !== 'none') || (status === 429 && limit !== 'none');

const scenarios = new Map(sourceFiles('test/scenarios/**/*.ts').map((file) => [file.path, file]));

/** A scenario file with those that it takes its tests from, directly or through one another. */
function textOf(file: SourceFile, seen = new Set<SourceFile>()): string {
  if (seen.has(file)) return '';
  seen.add(file);
  const neighbours = importsOf(file)
    .filter((name) => name.startsWith('.'))
    .flatMap((name) => scenarios.get(join(dirname(file.path), name).replaceAll('\\', '/')) ?? []);
  return [file.text, ...neighbours.map((neighbour) => textOf(neighbour, seen))].join('\n');
}

test.each(Object.values(operations))(
  '$operationId has scenarios for every status that it promises',
  (operation: OperationDescription) => {
    const file = scenarios.get(`test/scenarios/${folders[operation.family]}/${operation.operationId}.test.ts`);
    const text = file === undefined ? '' : textOf(file);
    const missing = operation.statuses.filter(
      (status) =>
        !isForced(status) &&
        !isForAll(operation, status) &&
        !new RegExp(`describe(?:Gateway)?\\('${status}\\b`, 'u').test(text),
    );
    expect(missing).toEqual([]);
  },
);

test('no test is skipped, or alone, for good', () => {
  // What needs a MongoDB is left out where there is none, by name and loudly; in CI that is a failure.
  const withMongodb = [
    'packages/store-mongodb/src/testing/describe-with-mongo.ts',
    'test/event-streams/several-processes.test.ts',
    'test/faults/failover.test.ts',
    'test/histories/mongodb.test.ts',
    'test/ledger/mongodb.test.ts',
    'test/overbooking/mongodb.test.ts',
    'test/processes/access-changes.test.ts',
    'test/processes/events-order.test.ts',
    'test/processes/mongodb-clock.test.ts',
    'test/processes/mongodb-ttl.test.ts',
    'test/processes/mongodb.test.ts',
    'test/processes/sign-in-link.test.ts',
    'test/processes/store-settings.test.ts',
    'test/processes/webhooks.test.ts',
    'test/targets/describe-targets.ts',
  ];
  // The same goes for what needs a file system of its own, or a device, and for stores that `TARGETS` leaves out.
  const withSmallDisk = ['test/faults/describe-with-small-disk.ts', 'test/processes/admin-key.test.ts'];
  // And for a browser, and curl.
  const withPrograms = [
    'test/dashboard/chromium.ts',
    'test/event-streams/browser.test.ts',
    'test/event-streams/one-server.test.ts',
  ];
  const withTargets = ['test/carry-over/carry-over.test.ts'];
  const isAllowed = ({ path }: SourceFile) =>
    [...withMongodb, ...withSmallDisk, ...withPrograms, ...withTargets].includes(path);
  const files = sourceFiles('{packages,servers,test,bench}/**/*.ts').filter(
    (file) => !isAllowed(file) && !file.path.startsWith('test/tidy/'),
  );
  const wrong = files.filter(({ text }) =>
    /\b(?:test|it|describe)\.(?:skip|only|todo)\b|\bskipIf\(|\brunIf\(/u.test(text),
  );
  expect(wrong.map(({ path }) => path)).toEqual([]);
});
