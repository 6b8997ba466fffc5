import 'server-only'; // A page's script that imports this doesn't build.
import { Holdfast } from '@holdfast/sdk';

let client: Holdfast | undefined;

/** The one client of this server, made when it is first needed: a build has no API key. */
export function holdfast(): Holdfast {
  const { HOLDFAST_URL = 'http://127.0.0.1:4000', HOLDFAST_API_KEY = '' } = process.env;
  client ??= new Holdfast({
    baseUrl: HOLDFAST_URL,
    apiKey: HOLDFAST_API_KEY,
    // Next.js may answer a GET from its own cache: who holds a lock must be asked each time.
    fetch: (input, init) => fetch(input, { ...init, cache: 'no-store' }),
  });
  return client;
}
