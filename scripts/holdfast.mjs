#!/usr/bin/env node
/** The command line as a clone of this repository has it: `npx holdfast` in it runs this. */
process.argv.splice(2, 0, 'holdfast');
await import('./with-node-24.mjs');
