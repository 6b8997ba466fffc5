#!/usr/bin/env node
import { run } from './run.ts';

// `holdfast … | head` has read what it wanted: the rest is for nobody, and that is no failure.
process.stdout.on('error', (error: NodeJS.ErrnoException) => process.exit(error.code === 'EPIPE' ? 0 : 1));
process.stderr.on('error', () => {});

// Nothing is cut off: the process ends by itself once all of its output is written.
process.exitCode = await run(process.argv.slice(2));
