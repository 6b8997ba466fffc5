import { UsageError } from '../exit-codes.ts';

/** The options that every command has. */
export interface GlobalOptions {
  readonly url?: string;
  readonly apiKey?: string;
  readonly json?: boolean;
}

/** Where `npm start` listens. */
const defaultUrl = 'http://127.0.0.1:4000';

/** The server's URL. What is wrong with it is said without quoting it: there may be a password in it. */
export function readUrl(options: GlobalOptions): string {
  const text = (options.url ?? process.env['HOLDFAST_URL'] ?? '').trim() || defaultUrl;
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^https?:$/u.test(url.protocol))
    throw new UsageError('--url or HOLDFAST_URL must be an http or https URL, such as https://holdfast.example.com.');
  if (url.username !== '' || url.password !== '' || url.search !== '' || url.hash !== '')
    throw new UsageError('--url or HOLDFAST_URL can have no user name, password, query or fragment.');
  return url.href.replace(/\/+$/u, '');
}

/** The API key, which is never quoted. */
export function readApiKey(options: GlobalOptions): string {
  const key = givenKey(options);
  if (key === '')
    throw new UsageError(
      'No API key is given: set HOLDFAST_API_KEY. The first start of a server shows one; `npm run admin-key` on its machine makes another.',
    );
  if (!/^[!-~]+$/u.test(key)) throw new UsageError('The API key has characters in it that no API key has.');
  return key;
}

/** Whatever a message quotes, from a proxy or from `fetch`: the key stays out of terminals and logs. */
export function withoutApiKey(message: string, options: GlobalOptions): string {
  const key = givenKey(options);
  return key === '' ? message : message.replaceAll(key, '(the API key)');
}

function givenKey(options: GlobalOptions): string {
  return (options.apiKey ?? process.env['HOLDFAST_API_KEY'] ?? '').trim();
}
