import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, before, test } from 'node:test';

import { apiKey, build, startApplication, startMock } from './application.ts';
import type { Running } from './application.ts';

let holdfast: Running;
let application: Running;

before(async () => {
  await build();
  holdfast = await startMock();
  await moveMock('seed', {
    metrics: [{ key: 'word' }],
    meteringRules: [{ billable_metric_key: 'word', cost_type: 'per_unit', unit_cost: 1_000 }],
    topUps: [{ external_customer_id: 'acme', credits: 5_000 }],
  });
  application = await startApplication(holdfast.url);
});

after(async () => {
  await application?.stop();
  await holdfast?.stop();
});

async function moveMock(what: string, body: unknown): Promise<void> {
  const response = await fetch(`${holdfast.url}/__mock/${what}`, { method: 'POST', body: JSON.stringify(body) });
  assert.ok(response.ok, await response.text());
}

async function page(): Promise<string> {
  const response = await fetch(application.url);
  assert.equal(response.status, 200);
  return response.text();
}

async function rooms(): Promise<unknown> {
  const response = await fetch(`${application.url}/api/rooms`);
  return response.json();
}

/** Sends the page's form as a browser without scripts does; returns the page that comes back. */
async function book(room: string, guest: string): Promise<string> {
  const form = new FormData();
  for (const [, attributes = ''] of (await page()).matchAll(/<input type="hidden"([^>]*)>/gu)) {
    const [, name = ''] = / name="([^"]*)"/u.exec(attributes) ?? [];
    const [, value = ''] = / value="([^"]*)"/u.exec(attributes) ?? [];
    form.append(name, value.replaceAll('&quot;', '"').replaceAll('&amp;', '&'));
  }
  form.append('room', room);
  form.append('guest', guest);
  const headers = { origin: application.url };
  const response = await fetch(application.url, { method: 'POST', body: form, headers });
  return response.text();
}

async function summarize(id: string, text: string): Promise<{ status: number; body: unknown }> {
  const body = JSON.stringify({ id, customer: 'acme', text });
  const response = await fetch(`${application.url}/api/summaries`, { method: 'POST', body });
  return { status: response.status, body: await response.json() };
}

test('the page and the API show a booking at once, and that it has lapsed', async () => {
  assert.match(await page(), /attic is free/u);

  assert.match(await book('attic', 'alice'), /The attic is yours\./u);
  assert.match(await page(), /attic is booked by alice/u);
  assert.deepEqual(await rooms(), [
    { name: 'attic', bookedBy: 'alice' },
    { name: 'cellar', bookedBy: null },
  ]);

  await moveMock('advance', { seconds: 600 });
  assert.match(await page(), /attic is free/u);
  assert.deepEqual(await rooms(), [
    { name: 'attic', bookedBy: null },
    { name: 'cellar', bookedBy: null },
  ]);
});

test('of two who book a room at once, one gets it', async () => {
  const pages = await Promise.all([book('cellar', 'bob'), book('cellar', 'carol')]);
  assert.equal(pages.filter((text) => text.includes('The cellar is yours.')).length, 1);
  assert.equal(pages.filter((text) => text.includes('Somebody else has the cellar.')).length, 1);
});

test('credits are debited once for each job, and never below zero', async () => {
  const first = { status: 200, body: { paid: 2_000, left: 3_000 } };
  assert.deepEqual(await summarize('1', 'a text of four'), first);
  assert.deepEqual(await summarize('1', 'a text of four'), first);
  assert.deepEqual(await summarize('2', 'and one that is too long'), {
    status: 402,
    body: { message: 'Too few credits.' },
  });
});

test('neither the API key nor the SDK is in anything that a browser gets', async () => {
  const output = join(import.meta.dirname, '../.next');
  const filesWith = (pattern: string, text: string) => {
    const files = globSync(`${output}/${pattern}/**/*.*`, { withFileTypes: true }).filter((entry) => entry.isFile());
    assert.ok(files.length > 5);
    return files.filter(({ parentPath, name }) => readFileSync(join(parentPath, name), 'utf8').includes(text));
  };
  assert.notDeepEqual(filesWith('server', 'Idempotency-Key'), []); // So this is how to find the SDK.
  assert.deepEqual(filesWith('static', 'Idempotency-Key'), []);
  assert.deepEqual(filesWith('static', apiKey), []);
  assert.deepEqual(filesWith('static', 'HOLDFAST_API_KEY'), []);
  assert.ok(!(await page()).includes(apiKey));
});
