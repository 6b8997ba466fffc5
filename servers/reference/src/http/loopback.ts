/** Whether a URL leads to this machine itself, so that nobody in between can read what goes over http. */
export function isLoopback({ hostname }: URL): boolean {
  return /^(?:(?:.+\.)?localhost|127\.\d+\.\d+\.\d+|\[::1\])$/u.test(hostname);
}

/** Whether nobody in between can read or change what goes to a URL. */
export function isPrivateLine(url: URL): boolean {
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url));
}
