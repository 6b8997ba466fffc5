import type { Request } from 'express';

import { html } from '../docs/html.ts';
import type { Page } from '../http/page.ts';
import { plainPage } from '../http/plain-page.ts';
import { splitTarget } from '../http/request-target.ts';
import { readDashboardFiles } from './dashboard-files.ts';
import type { DashboardFile, DashboardFiles } from './dashboard-files.ts';

const prefix = '/dashboard/';

/** Only its own files, and nothing inline. */
const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "font-src 'self'",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ');

const pageHeaders = {
  'Content-Security-Policy': contentSecurityPolicy,
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Referrer-Policy': 'no-referrer',
};

/** The names of assets change with what is in them. */
const immutable = { 'Cache-Control': 'public, max-age=31536000, immutable' };

const unbuilt = plainPage({
  status: 503,
  title: 'The dashboard isn’t built',
  content: html`<p>Run <code>pnpm --filter @holdfast/dashboard build</code> in the server’s folder, then load this page again.</p>`,
});

const missing = plainPage({
  status: 404,
  title: 'There is no such file',
  content: html`<p>The dashboard has been updated: <a href="/dashboard">load it again</a>.</p>`,
});

/** Serves the built dashboard. It is read when somebody first asks for it, so a server without one starts as well. */
export class DashboardPages {
  readonly #folder: string;
  #reading: Promise<DashboardFiles | undefined> | undefined;

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** A file where there is one of this path; the page itself under all others, which are its views'. */
  readonly show = async (request: Request): Promise<Page> => {
    const files = await this.#read();
    const index = files?.get('index.html');
    if (files === undefined || index === undefined) return unbuilt;
    const { path } = splitTarget(request.url);
    const name = path.startsWith(prefix) ? path.slice(prefix.length) : '';
    const file = files.get(name);
    const isAsset = name.startsWith('assets/');
    if (file === undefined && isAsset) return missing;
    return file === undefined || file === index
      ? toPage(request, index, pageHeaders)
      : toPage(request, file, isAsset ? immutable : {});
  };

  /** Tries again later where there was nothing: it may have been built meanwhile. */
  async #read(): Promise<DashboardFiles | undefined> {
    const reading = (this.#reading ??= readDashboardFiles(this.#folder));
    const files = await reading.catch(() => undefined);
    if (files === undefined && this.#reading === reading) this.#reading = undefined;
    return reading;
  }
}

function toPage(request: Request, file: DashboardFile, headers: Readonly<Record<string, string>>): Page {
  const { contentType, bytes, gzipped } = file;
  const common = { 'Content-Type': contentType, ...headers, ...(gzipped && { Vary: 'Accept-Encoding' }) };
  if (gzipped === undefined || request.acceptsEncodings('gzip') !== 'gzip') return { headers: common, body: bytes };
  return { headers: { ...common, 'Content-Encoding': 'gzip' }, body: gzipped };
}
