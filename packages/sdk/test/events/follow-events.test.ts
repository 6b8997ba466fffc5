import { describe, expect, test, vi } from 'vitest';

import { EventsGoneError, Holdfast } from '../../src/index.ts';
import type { FollowOptions, HoldfastEvent, HoldfastOptions } from '../../src/index.ts';
import { FakeEventStream } from '../fakes/fake-event-stream.ts';
import { answers, breaks, hangs, refuses, scriptedFetch } from '../fakes/fake-fetch.ts';
import type { Answer } from '../fakes/fake-fetch.ts';
import { sentAfterMs, useFakeTime } from '../fakes/fake-time.ts';

useFakeTime();

function client(script: Answer[], options: Partial<HoldfastOptions> = {}) {
  const { fetch, sent } = scriptedFetch(...script);
  return { holdfast: new Holdfast({ baseUrl: 'https://holdfast.test', apiKey: 'key', fetch, ...options }), sent };
}

/** Follows until the signal aborts, or the stream fails, as a program in the background. */
function follow(script: Answer[], options: FollowOptions = {}, clientOptions: Partial<HoldfastOptions> = {}) {
  const { holdfast, sent } = client(script, clientOptions);
  const stop = new AbortController();
  const numbers: number[] = [];
  const read = async () => {
    for await (const { number } of holdfast.events({ signal: stop.signal, ...options })) numbers.push(number);
  };
  const ended = read().catch((error: unknown) => error);
  return { sent, numbers, ended, stop: () => (stop.abort('stopped'), ended) };
}

const lastIds = (sent: readonly { headers: Headers }[]) => sent.map(({ headers }) => headers.get('last-event-id'));
const pass = (ms: number) => vi.advanceTimersByTimeAsync(ms);

describe('following events', () => {
  test('asks for what is wanted, from where it is wanted', async () => {
    const { sent, stop } = follow([new FakeEventStream().answer], {
      families: ['resources', 'credits'],
      types: ['RESERVED', 'credits.overage'],
      after: 0,
      headers: { 'x-trace': '1' },
    });
    await pass(0);
    expect(await stop()).toBe('stopped');
    const query = 'families=resources%2Ccredits&types=RESERVED%2Ccredits.overage';
    expect(sent.map(({ method, path }) => `${method} ${path}`)).toEqual([`GET /api/v1/events?${query}`]);
    const names = ['accept', 'x-api-key', 'last-event-id', 'idempotency-key', 'x-trace'];
    expect(names.map((name) => sent[0]!.headers.get(name))).toEqual(['text/event-stream', 'key', '0', null, '1']);
  });

  test('asks for nothing more than the path without options, and sends nothing before the loop begins', async () => {
    const stream = new FakeEventStream().sendNumbers(1);
    const { holdfast, sent } = client([stream.answer]);
    const events = holdfast.events();
    expect(sent).toEqual([]);
    expect(await events.next()).toMatchObject({ value: { number: 1 } });
    expect([sent[0]!.path, ...lastIds(sent)]).toEqual(['/api/v1/events', null]);
    await events.return();
  });

  test('gives each event as it comes, however it was cut on its way', async () => {
    const stream = new FakeEventStream().send(': connected\n\n').sendNumbers(1, 2);
    const { numbers, stop } = follow([stream.answer]);
    await pass(0);
    expect(numbers).toEqual([1, 2]);
    stream.send('id: 3\nevent: RESERVED\nda');
    await pass(0);
    expect(numbers).toEqual([1, 2]);
    stream.send('ta: {"number":3}\n\n');
    await pass(0);
    expect(numbers).toEqual([1, 2, 3]);
    await stop();
  });

  test('reads characters that are cut in two, and takes what is no event for none', async () => {
    const stream = new FakeEventStream();
    const { holdfast } = client([stream.answer]);
    const [first, second] = 'data: {"resource":"\u{1f600}"}\n\n'.split('\u{1f600}');
    const [one, two, ...others] = new TextEncoder().encode('\u{1f600}');
    const events = holdfast.events();
    const next = events.next();
    await pass(0);
    stream.send(`event: RESERVED\n\n: comment\n\nretry: 1\n\n${first}`);
    stream
      .sendBytes(one!, two!)
      .sendBytes(...others)
      .send(second!);
    expect(await next).toEqual({ value: { resource: '\u{1f600}' }, done: false });
    await events.return();
  });

  test('never reads ahead of a slow loop', async () => {
    const stream = new FakeEventStream().sendNumbers(1).sendNumbers(2).sendNumbers(3);
    const { holdfast } = client([stream.answer]);
    const events = holdfast.events();
    await events.next();
    const { pulls } = stream;
    await pass(3_600_000);
    expect(stream.pulls).toBe(pulls);
    expect(await events.next()).toMatchObject({ value: { number: 2 } });
    await events.return();
  });
});

describe('the end of a connection', () => {
  test.each<[string, (stream: FakeEventStream) => void, number]>([
    ['that the server closes', (stream) => stream.send(': the server stops\n\n').end(), 250],
    ['that breaks', (stream) => stream.breakOff(), 250],
    ['in the middle of an event', (stream) => stream.send('id: 3\ndata: {"numb').end(), 250],
    ['that goes silent for 45 seconds', () => {}, 45_250],
  ])('%s is followed by another one, from the last event on', async (_, end, afterMs) => {
    const [first, second] = [new FakeEventStream().sendNumbers(1, 2), new FakeEventStream().sendNumbers(3)];
    const { sent, numbers, stop } = follow([first.answer, second.answer]);
    await pass(0);
    end(first);
    await pass(afterMs);
    expect([sentAfterMs(sent), lastIds(sent), numbers]).toEqual([
      [0, afterMs],
      [null, '2'],
      [1, 2, 3],
    ]);
    await stop();
  });

  test('leads back to where the stream was, even if nothing that was asked for has come by then', async () => {
    const first = new FakeEventStream().send(': connected\n\nid: 41\n\n');
    const { sent, numbers, stop } = follow([first.answer, new FakeEventStream().sendNumbers(42).answer]);
    await pass(0);
    first.end();
    await pass(250);
    expect([lastIds(sent), numbers]).toEqual([[null, '41'], [42]]);
    await stop();
  });

  test('leads back to where it began, if nothing has come at all', async () => {
    const { sent, stop } = follow([breaks, new FakeEventStream().end().answer, new FakeEventStream().answer], {
      after: 7,
    });
    await pass(10_000);
    expect(lastIds(sent)).toEqual(['7', '7', '7']);
    await stop();
  });

  test('is not near as long as the server says that it is there', async () => {
    const stream = new FakeEventStream();
    const { sent, stop } = follow([stream.answer]);
    for (let minute = 0; minute < 60; minute++) {
      await pass(44_999);
      stream.send(':\n\n');
    }
    expect(sent).toHaveLength(1);
    await stop();
  });

  test('is closed by the client too', async () => {
    const stream = new FakeEventStream().sendNumbers(1);
    const { stop } = follow([stream.answer, hangs]);
    await pass(45_000);
    expect(stream.isClosed).toBe(true);
    await pass(250);
    await stop();
  });
});

describe('while there is no stream to be had', () => {
  test('it is asked for as long as it takes, less and less often', async () => {
    const { sent, numbers, stop } = follow(
      [...Array<Answer>(200).fill(breaks), new FakeEventStream().sendNumbers(1).answer],
      {},
      { maxRetries: 0 },
    );
    await pass(200 * 4_000);
    expect(numbers).toEqual([1]);
    const pauses = sentAfterMs(sent).map((ms, index, all) => ms - (all[index - 1] ?? 0));
    expect(pauses.slice(1, 8)).toEqual([250, 500, 1_000, 2_000, 4_000, 4_000, 4_000]);
    expect(Math.max(...pauses)).toBe(4_000);
    await stop();
  });

  test('an event makes pauses short again', async () => {
    const last = new FakeEventStream().sendNumbers(1);
    const script = [...Array<Answer>(9).fill(breaks), last.answer, new FakeEventStream().answer];
    const { sent, stop } = follow(script, {}, { maxRetries: 0 });
    await pass(60_000);
    last.end();
    const before = performance.now();
    await pass(250);
    expect(sent.at(-1)!.sentAtMs).toBe(before + 250);
    await stop();
  });

  test.each<[string, Answer]>([
    ['503', refuses(503, 'unavailable')],
    ['a server that has no time', refuses(429, 'rate_limited')],
    ['what is no stream', () => new Response('<html>', { headers: { 'Content-Type': 'text/html' } })],
    ['a 204', () => new Response(null, { status: 204 })],
    ['what is no JSON', new FakeEventStream().send('id: 1\ndata: {"number"\n\n').end().answer],
  ])('%s is tried again', async (_, failure) => {
    const { sent, numbers, stop } = follow([failure, new FakeEventStream().sendNumbers(1).answer]);
    await pass(1_000);
    expect([lastIds(sent), numbers]).toEqual([[null, null], [1]]);
    await stop();
  });

  test('an hour is waited for if the server says so', async () => {
    const { sent, stop } = follow([
      refuses(429, 'rate_limited', { 'Retry-After': '3600' }),
      new FakeEventStream().answer,
    ]);
    await pass(3_600_250);
    expect(sentAfterMs(sent)).toEqual([0, 3_600_250]);
    await stop();
  });

  test('an answer that does not begin within timeoutMs is not waited for', async () => {
    const { sent, stop } = follow([hangs, new FakeEventStream().answer], { timeoutMs: 2_000 });
    await pass(2_250);
    expect([sent[0]!.signal.aborted, sent.length]).toEqual([true, 2]);
    await pass(40_000);
    expect(sent).toHaveLength(2);
    await stop();
  });
});

describe('what another attempt would not help', () => {
  test.each([
    [400, 'invalid_request', 'BadRequestError'],
    [401, 'unauthorized', 'AuthenticationError'],
    [403, 'forbidden', 'PermissionDeniedError'],
    [410, 'events_gone', 'EventsGoneError'],
  ])('%i ends it, also in the middle', async (status, code, name) => {
    const first = new FakeEventStream().sendNumbers(1).end();
    const { sent, ended } = follow([first.answer, refuses(status, code)]);
    await pass(250);
    expect(await ended).toMatchObject({ name, status, code });
    expect(sent).toHaveLength(2);
  });

  test('a history that is too short says from where on it is complete', async () => {
    const gone = answers({ error: 'events_gone', message: 'No.', oldest: 42 }, 410);
    const { ended } = follow([gone], { after: 7 });
    const error = await ended;
    expect(error).toBeInstanceOf(EventsGoneError);
    expect(error).toMatchObject({ oldest: 42, retryable: false });
  });
});

describe('whoever has enough', () => {
  test('leaves the loop, and the connection is closed', async () => {
    const stream = new FakeEventStream().sendNumbers(1, 2);
    const { holdfast } = client([stream.answer]);
    const seen: HoldfastEvent[] = [];
    for await (const event of holdfast.events()) {
      seen.push(event);
      break;
    }
    expect([seen.length, stream.isClosed]).toEqual([1, true]);
  });

  test('aborts before it begins, and nothing is sent', async () => {
    const { sent, ended } = follow([hangs], { signal: AbortSignal.abort('early') });
    expect([await ended, sent]).toEqual(['early', []]);
  });

  test('aborts while it connects', async () => {
    const { sent, stop } = follow([hangs]);
    await pass(0);
    expect([await stop(), sent[0]!.signal.aborted]).toEqual(['stopped', true]);
  });

  test('aborts while it waits for an event, and the connection is closed', async () => {
    const stream = new FakeEventStream();
    const { stop } = follow([stream.answer]);
    await pass(0);
    expect([await stop(), stream.isClosed]).toEqual(['stopped', true]);
  });

  test('aborts while it pauses', async () => {
    const { stop } = follow([refuses(503, 'unavailable', { 'Retry-After': '3600' })]);
    await pass(60_000);
    expect(await stop()).toBe('stopped');
  });

  test('aborts, and gets no event that has come already', async () => {
    const stop = new AbortController();
    const { holdfast } = client([new FakeEventStream().sendNumbers(1, 2).answer]);
    const events = holdfast.events({ signal: stop.signal });
    await events.next();
    stop.abort('enough');
    await expect(events.next()).rejects.toBe('enough');
  });
});
