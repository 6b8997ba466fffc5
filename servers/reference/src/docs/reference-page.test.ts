import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { openapi, operations } from '@holdfast/contract';
import { describe, expect, test } from 'vitest';

import type { OpenApiDocument } from './document.ts';
import { createReferencePage } from './reference-page.ts';

const request = { headers: { host: 'locks.example.com', 'x-forwarded-proto': 'https' } } as unknown as IncomingMessage;

describe('the reference page', () => {
  const { body: bytes, headers } = createReferencePage()(request);
  const body = String(bytes);

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
    const nav = body.slice(body.indexOf('<nav>'), body.indexOf('</nav>'));
    const shown = [...nav.matchAll(/<h[23]>([^<]+)/gu)].map(([, name]) => name);
    const { 'x-tagGroups': families = [] } = openapi as unknown as OpenApiDocument;
    const groups = families.flatMap(({ name, tags }) => [name, ...tags]);
    expect(shown).toEqual([...groups, 'What is sent', 'Shared', 'For programs']);
  });

  test('says of each answer what it is written in', () => {
    const [, reserve = ''] = body.split('<article id="reserve">');
    expect(reserve).toContain('<span class="type">application/json, array of ReserveResult</span>');
    const [, createHold = ''] = body.split('<article id="createHold">');
    expect(createHold).toContain('<span class="type">application/problem+json, object</span>');
    const [, invalid = ''] = body.split('id="answer-CapacityRequestInvalid"');
    expect(invalid).toContain('<span class="type">text/plain, string</span>');
    expect(invalid).toContain('<pre>query.limit is 0: must be &gt;= 1</pre>');
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

  test('gives requests with the address under which it was asked', () => {
    expect(body).toContain('https://locks.example.com/api/v1/Reservation/reserve');
    expect(body).not.toContain('holdfast.invalid');
  });

  test('gives requests with all that they can’t do without', () => {
    const from = '2026-11-21T22:00:00Z';
    expect(body).toContain(`https://locks.example.com/api/capacity/calendar?from=${from}&amp;to=`);
  });

  test('has no script and loads nothing from anywhere', () => {
    expect(body).not.toMatch(/<(?:script|img|iframe|object|embed|base|form)\b|@import|url\(|\son\w+=/iu);
    expect([...body.matchAll(/(?:src|href)="([^"#]*)/gu)].map(([, target]) => target)).toEqual(
      expect.arrayContaining(['data:,', '/openapi.json']),
    );
    const targets = new Set([...body.matchAll(/(?:src|href)="([^"]*)"/gu)].map(([, target]) => target ?? ''));
    expect([...targets].filter((target) => !/^(?:#|\/openapi\.json$|data:,$)/u.test(target))).toEqual([]);
  });

  test('allows by its policy exactly its own style sheet', () => {
    const style = /<style>(.*?)<\/style>/su.exec(body)?.[1] ?? '';
    const digest = createHash('sha256').update(style).digest('base64');
    expect(headers['Content-Security-Policy']).toContain(`default-src 'none'; style-src 'sha256-${digest}'`);
  });
});

test('what stands in the document is shown as text', () => {
  const evil = '<script>alert("&")</script>';
  const document = {
    ...openapi,
    info: { title: evil, version: evil, summary: evil, description: `**${evil}** \`${evil}\`` },
  };
  const body = String(createReferencePage(document)(request).body);
  expect(body).not.toContain('<script');
  expect(body).toContain('<strong>&lt;script&gt;alert(&quot;&amp;&quot;)&lt;/script&gt;</strong>');
});

test('a schema that holds itself comes to an end', () => {
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
  expect(String(createReferencePage(document)(request).body)).toContain('<span class="type">array of Tree</span>');
});

test('shows what is sent to others: once what they have in common, and each event by itself', () => {
  const event = (operationId: string, field: string) => {
    const schema = { type: 'object', properties: { [field]: { type: 'string' } } };
    const requestBody = { content: { 'application/json': { schema } } };
    const parameters = [{ name: 'webhook-id', in: 'header' }];
    return { post: { operationId, parameters, requestBody, responses: { '2XX': { description: 'It was taken.' } } } };
  };
  const webhooks = { OPENED: event('onOpened', 'opener'), 'door.closed': event('onDoorClosed', 'closer') };
  const body = String(createReferencePage({ info: openapi.info, paths: {}, webhooks })(request).body);
  expect(body.split('<dt><code>webhook-id</code>')).toHaveLength(2);
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

test('shows a stream as it comes', () => {
  const content = { 'text/event-stream': { schema: { type: 'string' } } };
  const get = { operationId: 'follow', tags: ['Doors'], responses: { 200: { description: 'A stream.', content } } };
  const document = { info: openapi.info, tags: [{ name: 'Doors' }], paths: { '/doors': { get } } };
  const body = String(createReferencePage(document)(request).body);
  expect(body).toContain('curl -sN &#39;https://locks.example.com/doors&#39;');
  expect(body).toContain('<span class="type">text/event-stream, string</span>');
});
