import type { WireAnswer, WireRequest } from '@holdfast/gateway';

import type { MockBackend } from '../mock-backend.ts';

/** Below this path, clients in other languages control the mock as tests in JavaScript do by calling it. */
export const controlRoot = '/__mock/';

type Control = (backend: MockBackend, argument: never) => unknown;

const controls: Readonly<Record<string, Control>> = {
  advance: async (backend, argument) => {
    await backend.clock.advance(argument);
    return { now: new Date(backend.clock.now()).toISOString() };
  },
  'fail-next': (backend, argument) => backend.failNext(argument),
  latency: (backend, argument) => backend.latency(argument),
  reset: (backend) => backend.reset(),
  seed: (backend, argument) => backend.seed(argument),
};

/** Runs a control: 200 with its result, or 204; 400 with what is wrong. */
export async function answerControl(backend: MockBackend, { method, path, body }: WireRequest): Promise<WireAnswer> {
  const name = path.slice(controlRoot.length);
  const control = Object.hasOwn(controls, name) ? controls[name] : undefined;
  if (control === undefined) return refuse(404, 'not_found', `The controls are ${Object.keys(controls).join(', ')}.`);
  if (method !== 'POST') return { ...refuse(405, 'method_not_allowed', 'A control is asked with POST.'), ...allowPost };
  try {
    const result = await control(backend, parseArgument(body) as never);
    return result === undefined ? { status: 204, headers: {}, body: '' } : answerJson(200, result);
  } catch (error) {
    return refuse(400, 'invalid_request', error instanceof Error ? error.message : String(error));
  }
}

const allowPost = { headers: { Allow: 'POST', 'Content-Type': 'application/json; charset=utf-8' } };

/** An empty body counts as an empty object. */
function parseArgument(body: WireRequest['body']): unknown {
  if (body === '') return {};
  const value: unknown = typeof body === 'string' ? JSON.parse(body) : undefined;
  if (value !== null && ['object', 'number'].includes(typeof value)) return value;
  throw new TypeError('The body must be a JSON object, in UTF-8.');
}

function refuse(status: number, error: string, message: string): WireAnswer {
  return answerJson(status, { error, message });
}

function answerJson(status: number, value: unknown): WireAnswer {
  return { status, headers: { 'Content-Type': 'application/json; charset=utf-8' }, body: JSON.stringify(value) };
}
