import { expect, test } from 'vitest';

import { describeTargets } from '../targets/describe-targets.ts';

/** As JSON text, since JavaScript could say some of it in another way. */
const kept = [
  '{"orderId":"1546130668394913822","largest":9007199254740991,"beyond":9007199254740992,"smallest":5e-324}',
  '{"share":0.1,"sum":0.30000000000000004,"size":1e+300,"tiny":1e-320,"many":1.7976931348623157e+308}',
  '{"emoji":"😀","ligature":"ﬁ","decomposed":"é","rtl":"\u202e","text":"\\u0000\\b\\n\\"\\\\/"}',
  '{"deep":[[[{"a":[{"b":null},true,[],{},""]}]]],"Ünïcode":1,"a b":2,"a/b~c":3,"proto":4,"length":5}',
];

/** The same values in other words: what comes back is the value. */
const rewritten = [
  '{"a":1.0,"b":1E3,"c":-0,"d":0.10,"e":"\\ud83d\\ude00\\u0041"}',
  '{"a":1,"b":1000,"c":0,"d":0.1,"e":"😀A"}',
] as const;

describeTargets('What is free-form', ({ send, unique }) => {
  const createCustomer = async (metadata: string) => {
    const id = unique('customer');
    const created = await send('POST', '/v1/customers', { body: `{"external_id":"${id}","metadata":${metadata}}` });
    return [
      created,
      await send('GET', `/v1/customer-by-external-id/${id}`),
      await send('GET', '/v1/customers?limit=200'),
    ];
  };
  const reserve = async (metadata: string) => {
    const name = unique('job');
    const body = `[{"requester":"a","resource":"${name}","metadata":${metadata}}]`;
    const refused = body.replace('"requester":"a"', '"requester":"b"');
    const answers = [
      await send('POST', '/api/v1/Reservation/reserve', { body }),
      await send('POST', '/api/v1/Reservation/reserve', { body: refused }),
    ];
    return [
      ...answers.slice(1),
      await send('GET', `/api/v1/Reservation/${name}`),
      await send('GET', '/api/v1/events/history'),
    ];
  };

  test.each([createCustomer, reserve].flatMap((write) => kept.map((metadata) => [metadata, write] as const)))(
    'comes back as it was sent: %s',
    async (metadata, write) => {
      for (const { text } of await write(metadata)) expect(text).toContain(`"metadata":${metadata}`);
    },
  );

  test.each([createCustomer, reserve])(
    'comes back with the values that were sent, however they were written',
    async (write) => {
      const [sent, back] = rewritten;
      for (const { text } of await write(sent)) expect(text).toContain(`"metadata":${back}`);
    },
  );

  test('is the same for an idempotency key only if it has the same values', async () => {
    const headers = { 'Idempotency-Key': unique('key') };
    const id = unique('customer');
    const create = (metadata: string) =>
      send('POST', '/v1/customers', { body: `{"external_id":"${id}","metadata":${metadata}}`, headers });
    expect((await create('{"share":0.1}')).status).toBe(201);
    expect((await create('{"share":1.0e-1}')).headers.get('X-Idempotent-Replayed')).toBe('true');
    expect((await create('{"share":0.1000000000000000055511151231257827}')).status).toBe(400);
    expect((await create('{"share":0.10000000000000002}')).status).toBe(409);
  });
});
