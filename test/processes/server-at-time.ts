/**
 * Run as a process of its own: a server whose time is what the file TIME_FILE says at each moment, in epoch
 * milliseconds, whatever the store's clock says. It stands still between.
 */
import { readFileSync } from 'node:fs';

import { readConfig, startServer } from '@holdfast/server';

const { TIME_FILE: file = '', ...environment } = process.env;
const server = await startServer({ config: readConfig(environment), now: () => Number(readFileSync(file, 'utf8')) });

process.on('SIGTERM', () => void server.stop().then(() => process.exit(0)));

// As `startServerProcess` reads it of the real one.
process.stderr.write(`${JSON.stringify({ msg: 'listening', time: new Date() })}\n`);
process.stdout.write(`Holdfast is listening on ${server.url}\n\nTry it:\n`);
