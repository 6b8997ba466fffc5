import { once } from 'node:events';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { openapi, operations, requestValidators } from '@holdfast/contract';
import express from 'express';
import type { ErrorRequestHandler } from 'express';
import * as OpenApiValidator from 'express-openapi-validator';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { samples } from './samples.ts';
import type { Sample } from './samples.ts';

type ApiSpec = Exclude<Parameters<typeof OpenApiValidator.middleware>[0]['apiSpec'], string>;

describe('express-openapi-validator', () => {
  /** Answers each request with the example that its header names, if the validator lets both of them through. */
  const app = express();
  app.use(express.json({ limit: '1mb' }));
  app.use(
    OpenApiValidator.middleware({
      apiSpec: structuredClone(openapi) as unknown as ApiSpec,
      validateRequests: { allErrors: true },
      validateResponses: true,
      validateSecurity: { handlers: { ApiKey: () => true, Bearer: () => true } },
      ajvFormats: { mode: 'full' },
    }),
  );
  app.use((request, response) => {
    const sample = samples[Number(request.header('sample'))];
    if (sample === undefined) response.status(204).end();
    else response.status(Number(sample.part)).json(sample.value);
  });
  app.use(((error: { status?: number; message: string }, _request, response, _next) => {
    response.status(error.status ?? 500).json({ message: error.message });
  }) satisfies ErrorRequestHandler);

  let server: Server;
  beforeAll(async () => {
    server = app.listen(0, '127.0.0.1');
    await once(server, 'listening');
  });
  afterAll(() => server.close());

  async function send(method: string, path: string, body?: unknown, sample?: Sample): Promise<Response> {
    const { port } = server.address() as AddressInfo;
    const headers = {
      'x-api-key': 'hf_test_1',
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
      ...(sample === undefined ? {} : { sample: String(samples.indexOf(sample)) }),
    };
    const content = body === undefined ? {} : { body: JSON.stringify(body) };
    return fetch(`http://127.0.0.1:${port}${path}`, { method, headers, ...content });
  }

  test.each(samples.filter(({ part }) => part !== 'body'))(
    'accepts example "$name" of $operationId $part as an answer to every example of a request',
    async (sample) => {
      const { operationId, part, value } = sample;
      const { method, path } = operations[operationId];
      const bodies = samples.filter((other) => other.operationId === operationId && other.part === 'body');
      for (const body of bodies.length > 0 ? bodies.map((each) => each.value) : [undefined]) {
        const response = await send(method, path.replace(/\{.*\}/u, 'a%2Fb'), body, sample);
        expect(await response.json()).toEqual(value);
        expect(response.status).toBe(Number(part));
      }
    },
  );

  test('refuses an answer that the operation does not document', async () => {
    const sample = samples.find(({ operationId, part }) => operationId === 'listDefinitions' && part === '200');
    const response = await send('GET', '/api/v1/events/history', undefined, sample);
    expect(response.status).toBe(500);
  });

  test.each([
    ['a list with a limit out of bounds', 'GET', '/api/v1/Reservation?limit=1001', 400],
    ['an unknown parameter', 'GET', '/api/v1/Reservation?color=red', 400],
    ['an unknown parameter of a write', 'DELETE', '/api/v1/Resource/definitions/a?color=red', 400],
    ['a window in local time', 'GET', '/api/v1/events/history?from=2026-11-21T09:34:30', 400],
    ['an unknown path', 'GET', '/api/v1/nothing', 404],
    ['another method', 'PUT', '/api/v1/Reservation', 405],
    ['a deletion', 'DELETE', '/api/v1/Resource/definitions/a', 204],
  ])('answers %s: %s %s → %i', async (_, method, path, status) => {
    expect((await send(method, path)).status).toBe(status);
  });

  test.each([
    ['an empty array', '[]'],
    ['ttlSeconds 0', '[{"requester": "a", "resource": "b", "ttlSeconds": 0}]'],
    ['ttlSeconds 1e400', '[{"requester": "a", "resource": "b", "ttlSeconds": 1e400}]'],
    ['a lone surrogate', '[{"requester": "\\ud800", "resource": "b"}]'],
    ['a query object', '[{"requester": "a", "resource": {"$ne": null}}]'],
    ['an unknown member', '[{"requester": "a", "resource": "b", "color": "red"}]'],
    ['metadata with a dot', '[{"requester": "a", "resource": "b", "metadata": {"a.b": 1}}]'],
    ['metadata with __proto__', '[{"requester": "a", "resource": "b", "metadata": {"__proto__": 1}}]'],
  ])('refuses %s as the compiled validator does', async (_, text) => {
    expect(requestValidators.reserve.body(JSON.parse(text))).toBe(false);
    const { port } = server.address() as AddressInfo;
    const response = await fetch(`http://127.0.0.1:${port}/api/v1/Reservation/reserve`, {
      method: 'POST',
      headers: { 'x-api-key': 'hf_test_1', 'content-type': 'application/json' },
      body: text,
    });
    expect(response.status).toBe(400);
  });
});
