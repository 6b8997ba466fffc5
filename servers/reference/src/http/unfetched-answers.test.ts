import { EventEmitter } from 'node:events';
import type { ServerResponse } from 'node:http';

import { afterEach, expect, test, vi } from 'vitest';

import { UnfetchedAnswers } from './unfetched-answers.ts';

afterEach(() => {
  vi.useRealTimers();
});

class FakeSocket extends EventEmitter {
  destroyed = false;

  destroy(): void {
    this.destroyed = true;
    this.emit('close');
  }
}

function respond(socket: FakeSocket, writableLength: number): ServerResponse {
  return Object.assign(new EventEmitter(), { writableLength, req: { socket } }) as unknown as ServerResponse;
}

test('a client loses its connection if it fetches nothing in time, and has that time for each answer', () => {
  vi.useFakeTimers();
  const answers = new UnfetchedAnswers({ timeoutMs: 1_000, bytes: 1_000 });
  const socket = new FakeSocket();
  const [first, second] = [respond(socket, 10), respond(socket, 10)];
  answers.watch(first);
  answers.watch(second);
  vi.advanceTimersByTime(900);
  first.emit('close');
  vi.advanceTimersByTime(999);
  expect(socket.destroyed).toBe(false);
  vi.advanceTimersByTime(1);
  expect(socket.destroyed).toBe(true);
});

test('a client that has fetched everything keeps its connection', () => {
  vi.useFakeTimers();
  const answers = new UnfetchedAnswers({ timeoutMs: 1_000, bytes: 1_000 });
  const socket = new FakeSocket();
  const response = respond(socket, 10);
  answers.watch(response);
  response.emit('close');
  answers.watch(respond(socket, 0));
  vi.advanceTimersByTime(10_000);
  expect(socket.destroyed).toBe(false);
  expect(socket.listenerCount('close')).toBe(0);
});

test('when too much waits, those go who have stood still for longest', () => {
  const answers = new UnfetchedAnswers({ timeoutMs: 1_000, bytes: 100 });
  const [busy, still, late] = [new FakeSocket(), new FakeSocket(), new FakeSocket()];
  const fetched = respond(busy, 40);
  answers.watch(fetched);
  answers.watch(respond(busy, 10));
  answers.watch(respond(still, 30));
  fetched.emit('close');
  answers.watch(respond(late, 70));
  expect([busy, still, late].map(({ destroyed }) => destroyed)).toEqual([false, true, false]);
  answers.watch(respond(late, 30));
  expect([busy, late].map(({ destroyed }) => destroyed)).toEqual([true, false]);
});

test('who takes a stream piece by piece has the time for each of them, and is gone when it is over', async () => {
  vi.useFakeTimers();
  const answers = new UnfetchedAnswers({ timeoutMs: 1_000, bytes: 1_000 });
  const socket = new FakeSocket();
  const response = respond(socket, 10);
  socket.on('close', () => response.emit('close'));
  for (let piece = 0; piece < 3; piece += 1) {
    const taken = answers.whenTaken(response);
    vi.advanceTimersByTime(900);
    response.emit('drain');
    await taken;
  }
  expect(socket.destroyed).toBe(false);
  const never = answers.whenTaken(response);
  vi.advanceTimersByTime(1_000);
  await never;
  expect([socket.destroyed, response.listenerCount('drain'), response.listenerCount('close')]).toEqual([true, 0, 0]);
  await answers.whenTaken(response);
});
