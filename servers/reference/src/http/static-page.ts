import type { IncomingMessage } from 'node:http';
import { promisify } from 'node:util';
import { constants, gzip } from 'node:zlib';

import type { Page } from './page.ts';

export type StaticPage = (request: IncomingMessage) => Promise<Page>;

/** What a page is once it has been asked for: as it is, and compressed. */
interface Encodings {
  readonly plain: Buffer;
  readonly compressed: Buffer;
}

/** A long page that is the same for everybody: it is rendered and compressed once, when it is first asked for. */
export function createStaticPage(page: {
  readonly headers: Readonly<Record<string, string>>;
  readonly render: () => string;
}): StaticPage {
  let encoding: Promise<Encodings> | undefined;
  return async (request) => {
    const { plain, compressed } = await (encoding ??= encode(page.render()));
    if (!acceptsGzip(request)) return { headers: page.headers, body: plain };
    return { headers: { ...page.headers, 'Content-Encoding': 'gzip' }, body: compressed };
  };
}

async function encode(text: string): Promise<Encodings> {
  const plain = Buffer.from(text);
  return { plain, compressed: await promisify(gzip)(plain, { level: constants.Z_BEST_COMPRESSION }) };
}

/** By `gzip` or `*`, unless its weight is 0. */
function acceptsGzip({ headers }: IncomingMessage): boolean {
  const codings = String(headers['accept-encoding'] ?? '').split(',');
  const weights = new Map(
    codings.map((coding) => {
      const [name = '', weight = 'q=1'] = coding.split(';').map((part) => part.trim().toLowerCase());
      return [name, Number(weight.replace('q=', ''))];
    }),
  );
  return (weights.get('gzip') ?? weights.get('*') ?? 0) > 0;
}
