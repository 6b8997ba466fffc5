import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { gunzipSync } from 'node:zlib';

import { openapi, operations } from '@holdfast/contract';
import { describe, expect, test } from 'vitest';

import type { OpenApiDocument } from './document.ts';
import { sdkExamples } from './generated/sdk-examples.gen.ts';
import { createReferencePage } from './reference-page.ts';

const request = { headers: {} } as IncomingMessage;

async function render(document: object = openapi): Promise<string> {
  return String((await createReferencePage(document)(request)).body);
}

describe('the reference page', async () => {
  const { headers } = await createReferencePage()(request);
  const body = await render();

  test.each(Object.values(operations))('shows $operationId with every status', ({ operationId, path, statuses }) => {
    const [, article = ''] = body.split(`<article id="${operationId}">`);
    const shown = article.slice(0, article.indexOf('</article>'));
    expect(shown).toContain(path);
    const shownStatuses = [...shown.matchAll(/class="status s\d">(\d+)</gu)].map(([, status]) => Number(status));
    expect(shownStatuses.toSorted()).toEqual([...statuses].toSorted());
  });

  test('shows the fields of what is inside of what', () => {
    for (const field of ['ttlSeconds', 'heldBy', 'since', 'details', 'nextCursor']) {
      expect(body).toContain(`<dt><code>${field}</code>`);
    }
  });

  test('shows the families one after the other, each with its groups', () => {
    const nav = body.slice(body.indexOf('<nav '), body.indexOf('</nav>'));
    const shown = [...nav.matchAll(/<p[^>]*>([^<]+)/gu)].map(([, name]) => name);
    const { 'x-tagGroups': families = [] } = openapi as unknown as OpenApiDocument;
    const groups = families.flatMap(({ name, tags }) => [name, ...tags]);
    expect(shown).toEqual([...groups, 'What is sent', 'Shared', 'Schemas', 'For programs']);
  });

  test('says of each answer what it is written in', () => {
    const [, reserve = ''] = body.split('<article id="reserve">');
    expect(reserve).toContain('<span class="type">application/json, array of ReserveResult</span>');
    const [, createHold = ''] = body.split('<article id="createHold">');
    expect(createHold).toContain('<span class="type">application/problem+json, object</span>');
    const [, invalid = ''] = body.split('id="answer-CapacityRequestInvalid"');
    expect(invalid).toContain('<span class="type">text/plain, string</span>');
    expect(invalid).toContain('<pre tabindex="0">query.limit is 0: must be &gt;= 1</pre>');
  });

  test('leads to everything that it refers to', () => {
    const targets = [...body.matchAll(/href="#([^"]+)"/gu)].map(([, target]) => target ?? '');
    expect(targets.filter((target) => !body.includes(` id="${target}"`))).toEqual([]);
    expect(targets).toContain('answer-InsufficientCredits');
  });

  test('has no id twice', () => {
    const ids = [...body.matchAll(/ id="([^"]+)"/gu)].map(([, id]) => id);
    expect(ids.filter((id, index) => ids.indexOf(id) !== index)).toEqual([]);
  });

  test('gives requests with all that they can’t do without', () => {
    const from = '2026-11-21T22:00:00Z';
    expect(body).toContain(`"$HOLDFAST_URL/api/capacity/calendar?from=${from}&amp;to=`);
    expect(body).toContain('"$HOLDFAST_URL/api/v1/Reservation/');
    const [, exchange = ''] = body.split('<article id="exchangeToken">');
    expect(exchange.slice(0, exchange.indexOf('</figure>'))).not.toContain('X-API-Key');
  });

  test.each(Object.keys(operations))('shows how the SDK is used for %s', (operationId) => {
    // It is the example in the TSDoc of the method, which names the operation's method and path.
    expect(Object.keys(sdkExamples)).toContain(operationId);
    const [, article = ''] = body.split(`<article id="${operationId}">`);
    expect(article.slice(0, article.indexOf('</article>'))).toContain('Copy the TypeScript example');
  });

  test('says what a key needs for an operation, and what it counts as', () => {
    const [, reserve = ''] = body.split('<article id="reserve">');
    expect(reserve).toContain('Scope <code>resources:write</code>, counts as an operation');
    const [, exchange = ''] = body.split('<article id="exchangeToken">');
    expect(exchange).toContain('<p class="facts">Needs no API key</p>');
  });

  test('has a version', () => {
    const { version } = (openapi as unknown as OpenApiDocument).info;
    expect(version).not.toBe('0.0.0');
    expect(body).toContain(`<h1>Holdfast <small>${version}</small></h1>`);
  });

  test('loads nothing from anywhere', () => {
    expect(body).not.toMatch(
      /<(?:img|iframe|object|embed|base)\b|<script [^>]|<form [^>]*action|@import|url\(|\son\w+=/iu,
    );
    const targets = new Set([...body.matchAll(/ (?:src|href)="([^"]*)"/gu)].map(([, target]) => target ?? ''));
    const outside = [...targets].filter((target) => !target.startsWith('#'));
    expect(outside.toSorted()).toEqual(['/llms-full.txt', '/llms.txt', '/openapi.json', 'data:,']);
  });

  test('is small', async () => {
    const { body: compressed } = await createReferencePage()({
      headers: { 'accept-encoding': 'br, gzip' },
    } as IncomingMessage);
    expect(compressed.length).toBeLessThan(90_000);
    expect(gunzipSync(compressed as Buffer).toString()).toBe(body);
  });

  test('allows by its policy exactly its own style sheet and its own script', () => {
    const digestOf = (name: string) => {
      const [content = ''] = body.split(`<${name}>`)[1]?.split(`</${name}>`) ?? [];
      return `'sha256-${createHash('sha256').update(content).digest('base64')}'`;
    };
    const policy = headers['Content-Security-Policy'];
    expect(policy).toContain(`default-src 'none'; script-src ${digestOf('script')}; style-src ${digestOf('style')};`);
    expect(policy).not.toContain('unsafe');
    expect(body.match(/<(?:script|style)\b|\sstyle=/gu)).toEqual(['<style', '<script']);
  });
});

test('what stands in the document is shown as text', async () => {
  const evil = '<script>alert("&")</script>';
  const document = {
    ...openapi,
    info: { title: evil, version: evil, summary: evil, description: `**${evil}** \`${evil}\`` },
  };
  const body = await render(document);
  expect(body.split('<script')).toHaveLength(2);
  expect(body).toContain('<strong>&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;</strong>');
});

test('a schema that holds itself comes to an end', async () => {
  const Tree = {
    type: 'object',
    properties: { children: { type: 'array', items: { $ref: '#/components/schemas/Tree' } } },
  };
  const content = { 'application/json': { schema: { $ref: '#/components/schemas/Tree' } } };
  const get = { operationId: 'getTree', tags: ['Trees'], responses: { 200: { description: 'A tree.', content } } };
  const document = {
    info: openapi.info,
    tags: [{ name: 'Trees' }],
    paths: { '/tree': { get } },
    components: { schemas: { Tree } },
  };
  expect(await render(document)).toContain('<span class="type">array of Tree</span>');
});

test('shows what is sent to others: once what they have in common, and each event by itself', async () => {
  const event = (operationId: string, field: string) => {
    const schema = { type: 'object', properties: { [field]: { type: 'string' } } };
    const requestBody = { content: { 'application/json': { schema } } };
    const parameters = [{ name: 'webhook-id', in: 'header' }];
    return { post: { operationId, parameters, requestBody, responses: { '2XX': { description: 'It was taken.' } } } };
  };
  const webhooks = { OPENED: event('onOpened', 'opener'), 'door.closed': event('onDoorClosed', 'closer') };
  const body = await render({ info: openapi.info, paths: {}, webhooks });
  expect(body.split('<code>webhook-id</code>')).toHaveLength(2);
  expect(body.split('It was taken.')).toHaveLength(2);
  for (const [id, type, field] of [
    ['onOpened', 'OPENED', 'opener'],
    ['onDoorClosed', 'door.closed', 'closer'],
  ]) {
    expect(body).toContain(`<li><a href="#${id}">${type}</a></li>`);
    const [, article = ''] = body.split(`<article id="${id}">`);
    const shown = article.slice(0, article.indexOf('</article>'));
    expect(shown).toContain(`<code>${type}</code>`);
    expect(shown).toContain(`<dt><code>${field}</code>`);
  }
});

test('shows a stream as it comes', async () => {
  const content = { 'text/event-stream': { schema: { type: 'string' } } };
  const get = { operationId: 'follow', tags: ['Doors'], responses: { 200: { description: 'A stream.', content } } };
  const document = { info: openapi.info, tags: [{ name: 'Doors' }], paths: { '/doors': { get } } };
  const body = await render(document);
  expect(body).toContain('curl -sN "$HOLDFAST_URL/doors"');
  expect(body).toContain('<span class="type">text/event-stream, string</span>');
});
