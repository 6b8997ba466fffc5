/**
 * Run as a process of its own: a server on MongoDB whose events wait for their numbers for ever. What numbers them never
 * arrives at the store, so that whenever it is killed is between a commit and its numbers.
 */
import { recordKinds } from '@holdfast/engine';
import { readConfig, startServer } from '@holdfast/server';
import { openMongoStore } from '@holdfast/store-mongodb';

import { withCommit } from '../simulation/store/broken-stores.ts';

const store = await openMongoStore({ uri: process.env['MONGODB_URI'] ?? '', kinds: recordKinds });
const numbersNothing = withCommit(store, (commit, deadlineMs) => {
  const isNumbering = commit.writes.some(({ type, key }) => type === 'delete' && key.kind.name === 'pending-events');
  return isNumbering ? new Promise(() => {}) : store.commit(commit, deadlineMs);
});
const server = await startServer({ config: readConfig(process.env), store: numbersNothing });

// As `startServerProcess` reads it of the real one.
process.stderr.write(`${JSON.stringify({ msg: 'listening', time: new Date() })}\n`);
process.stdout.write(`Holdfast is listening on ${server.url}\n\nTry it:\n`);
