/** The least that an Express 5 application can do with JSON: the mark that Holdfast is held against. */
import type { AddressInfo } from 'node:net';

import express from 'express';

const answers = JSON.parse(process.env['ECHO_ANSWERS'] ?? '{}') as Readonly<Record<string, string>>;

const app = express();
app.use(express.json());
for (const [path, text] of Object.entries(answers)) {
  const answer = JSON.parse(text) as unknown;
  app.post(path, (_request, response) => {
    response.json(answer);
  });
}

process.on('disconnect', () => process.exit());
process.on('SIGTERM', () => process.exit());
const server = app.listen(0, '127.0.0.1', () => {
  console.log(`listening on http://127.0.0.1:${(server.address() as AddressInfo).port}`);
});
