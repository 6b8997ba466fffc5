/** A browser as far as sign-in needs one: it keeps cookies for each host, and follows redirects one by one. */
export class Browser {
  readonly #jars = new Map<string, Map<string, string>>();

  /** The cookies that a host has set here. */
  cookies(url: string): Map<string, string> {
    const { host } = new URL(url);
    const jar = this.#jars.get(host) ?? new Map<string, string>();
    this.#jars.set(host, jar);
    return jar;
  }

  async ask(url: string, init: RequestInit = {}): Promise<Response> {
    const jar = this.cookies(url);
    const cookie = [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
    const response = await fetch(url, { redirect: 'manual', ...init, headers: { cookie, ...init.headers } });
    for (const line of response.headers.getSetCookie()) {
      const [, name = '', value = ''] = /^([^=]+)=([^;]*)/u.exec(line) ?? [];
      if (value === '' || /; (?:Max-Age=0|expires=Thu, 01 Jan 1970)/iu.test(line)) jar.delete(name);
      else jar.set(name, value);
    }
    return response;
  }

  /** Follows redirects until one leads to a URL that begins so. Resolves to that URL, which it doesn't ask for. */
  async followTo(url: string, prefix: string): Promise<string> {
    for (let next = url, response = await this.ask(next), count = 0; count < 10; count += 1) {
      const location = response.headers.get('Location');
      if (location !== null) {
        next = new URL(location, next).href;
        if (next.startsWith(prefix)) return next;
        response = await this.ask(next);
      } else {
        response = await this.#submit(response);
      }
    }
    throw new Error(`${url} never leads to ${prefix}.`);
  }

  /** Sends the form of a page whose script would do so. */
  async #submit(response: Response): Promise<Response> {
    const page = await response.text();
    const action = /<form method="post" action="([^"]+)">/u.exec(page)?.[1];
    if (action === undefined) throw new Error(`${response.url} answered with ${response.status}: ${page}`);
    const inputs = [...page.matchAll(/<input type="hidden" name="([^"]+)" value="([^"]+)"/gu)];
    const body = new URLSearchParams(inputs.map(([, name = '', value = '']): [string, string] => [name, value]));
    return this.ask(action, { method: 'POST', body });
  }

  /** Asks as a page of this server would. */
  post(url: string, members?: object, headers: Readonly<Record<string, string>> = {}): Promise<Response> {
    return this.ask(url, {
      method: 'POST',
      headers: { 'Sec-Fetch-Site': 'same-origin', 'Content-Type': 'application/json', ...headers },
      ...(members !== undefined && { body: JSON.stringify(members) }),
    });
  }
}
