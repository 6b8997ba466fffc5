import { invalidRequest } from '../shared/outcomes.ts';
import type { FieldFault, Refused } from '../shared/outcomes.ts';
import type { EndpointSettings } from './rules.ts';
import { parseSecret } from './secrets.ts';

/** What a request says of an endpoint. Null takes back; absent leaves as it is. */
export interface WireSettings {
  readonly url?: string;
  readonly types?: readonly string[] | null;
  readonly description?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** Ports of the machine's own services begin below this one. */
const firstFreePort = 1_024;
const webPorts: ReadonlySet<number> = new Set([80, 443]);

/** Headers that say what a request is and how it travels, or that are signed. */
const ownHeaders =
  /^(?:webhook-.*|content-.*|proxy-.*|sec-.*|host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|date|user-agent|accept-encoding|via|forwarded)$/u;

/** The settings that a request gives, or its faults that a schema can't express. */
export function parseSettings({ url, types, description, headers }: WireSettings): Partial<EndpointSettings> | Refused {
  const faults = [...(url === undefined ? [] : findUrlFaults(url, '/url')), ...findHeaderFaults(headers ?? {})];
  if (faults.length > 0) return invalidRequest(...faults);
  return {
    ...(url === undefined ? {} : { url }),
    ...(types === undefined ? {} : { types }),
    ...(description === undefined ? {} : { description }),
    ...(headers === undefined ? {} : { headersJson: JSON.stringify(headers) }),
  };
}

/** Faults of a URL that can be seen without asking where it leads to. */
export function findUrlFaults(url: string, field: string): readonly FieldFault[] {
  const fault = (rule: string, message: string) => [{ field, rule, message, value: url }];
  if (!URL.canParse(url)) return fault('format', 'must be a URL');
  const { protocol, username, password, hash, port } = new URL(url);
  if (protocol !== 'https:' && protocol !== 'http:') return fault('scheme', 'must be an https or http URL');
  if (username !== '' || password !== '') return fault('credentials', 'must not have a user or password');
  if (hash !== '') return fault('fragment', 'must not have a fragment');
  const isWebPort = port === '' || webPorts.has(Number(port)) || Number(port) >= firstFreePort;
  return isWebPort ? [] : fault('port', `must have the port 80, 443, or one from ${firstFreePort} on`);
}

/** Faults of a secret that somebody has chosen. */
export function findSecretFaults(secret: string, field: string): readonly FieldFault[] {
  if (parseSecret(secret) !== undefined) return [];
  return [{ field, rule: 'format', message: 'must be whsec_ and 24 to 64 bytes in base64' }];
}

function findHeaderFaults(headers: Readonly<Record<string, string>>): readonly FieldFault[] {
  const names = new Set<string>();
  return Object.keys(headers).flatMap((name) => {
    const field = `/headers/${name}`;
    const lowerCase = name.toLowerCase();
    if (ownHeaders.test(lowerCase)) return [{ field, rule: 'not', message: 'must not be given: Holdfast sets it' }];
    if (names.has(lowerCase)) return [{ field, rule: 'uniqueItems', message: 'must not be given twice' }];
    names.add(lowerCase);
    return [];
  });
}
