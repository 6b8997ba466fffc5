import { createParser } from 'eventsource-parser';
import { describe, expect, test } from 'vitest';

import { EventStreamParser } from '../../src/events/event-stream-parser.ts';

const streams = [
  ': connected\n\nid: 1\nevent: RESERVED\ndata: {"number":1}\n\n: \n\nid: 2\ndata: {"number":2}\n\n',
  'id: 1\r\ndata: one\r\n\r\nid: 2\r\ndata: two\r\n\r\n',
  'id: 1\rdata: one\r\rid: 2\rdata: two\r\r',
  'id: 1\r\ndata: one\r\r\nid: 2\n\rdata: two\r\n\n',
  'data: first\ndata: second\ndata:\ndata:  indented\nid: 1\n\n',
  'data:no space\nid:7\nretry: 10\nunknown: field\nfield without colon\n\ndata: the id stays\n\n',
  'data: one\nid: 1\n\ndata: one\nid: with\0null\n\nid\ndata: without an id again\n\n',
  'data: a colon: and another\nid: 1:2\n\n\n\n\nevent: without data\n\nid: 9\n\ndata: after a block of an id alone\n\n',
  'data: \u{1f600} and \u2028 are no ends of lines\nid: \u00e9\n\n',
  'id: 1\ndata: complete\n\nid: 2\ndata: cut short\n',
];

interface Block {
  readonly id: string;
  readonly data: string;
}

/** What another parser makes of a stream. It names an id only where a block has one. */
function secondOpinion(stream: string): readonly Block[] {
  const blocks: Block[] = [];
  let id = '';
  const parser = createParser({
    onEvent: (event) => void blocks.push({ id: event.id ?? id, data: event.data }),
  });
  for (const block of stream.split(/(?<=\n\n|\r\r|\r\n\r\n)/u)) {
    parser.feed(block);
    id = blocks.at(-1)?.id ?? id;
  }
  return blocks;
}

function parse(...pieces: readonly string[]): readonly Block[] {
  const parser = new EventStreamParser();
  return pieces.flatMap((piece) => parser.push(piece));
}

const withData = (blocks: readonly Block[]) => blocks.filter(({ data }) => data !== '');

describe('a stream of server-sent events', () => {
  test.each(streams)('%j is taken apart as another parser does it', (stream) => {
    expect(withData(parse(stream)).map(({ data }) => data)).toEqual(secondOpinion(stream).map(({ data }) => data));
  });

  test.each(streams)('%j is the same however it is cut', (stream) => {
    const whole = parse(stream);
    expect(whole.length).toBeGreaterThan(0);
    expect(parse(...stream)).toEqual(whole);
    for (let cut = 0; cut <= stream.length; cut++) {
      expect(parse(stream.slice(0, cut), '', stream.slice(cut))).toEqual(whole);
    }
  });

  test('has the id that was named last, also by a block without data', () => {
    expect(parse('data: a\n\nid: 4\n\ndata: b\n\nid: 5\ndata: c\n\nid: no\0\ndata: d\n\nid:\ndata: e\n\n')).toEqual([
      { id: '', data: 'a' },
      { id: '4', data: '' },
      { id: '4', data: 'b' },
      { id: '5', data: 'c' },
      { id: '5', data: 'd' },
      { id: '', data: 'e' },
    ]);
  });
});
