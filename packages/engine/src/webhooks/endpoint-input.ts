import type { Place } from '../place.ts';
import { invalidRequest } from '../shared/outcomes.ts';
import type { FieldFault, Refused } from '../shared/outcomes.ts';
import { addressOfHost, isPublicAddress } from '../shared/public-address.ts';
import type { WebhookSettings } from './process/transport.ts';
import type { EndpointSettings } from './rules.ts';
import { parseSecret } from './secrets.ts';

/** What a request says of an endpoint. Null takes back; absent leaves as it is. */
export interface WireSettings {
  readonly url?: string;
  readonly types?: readonly string[] | null;
  readonly description?: string | null;
  readonly headers?: Readonly<Record<string, string>>;
}

/** What a URL may lead to. */
interface Reach {
  /** Whether it is for a tenant's live environment. */
  readonly live: boolean;
  /** Whether the operator lets an address be reached that isn't public, and by plain http. */
  allows(address: string): boolean;
}

/** What URLs of a place may lead to. */
export function reachOf({ environment }: Place, { webhooks }: WebhookSettings): Reach {
  return { live: environment === 'live', allows: (address) => webhooks?.allows?.(address) ?? false };
}

/** Ports of the machine's own services begin below this one. */
const firstFreePort = 1_024;
const webPorts: ReadonlySet<number> = new Set([80, 443]);

/** Headers that say what a request is and how it travels, or that are signed. */
const ownHeaders =
  /^(?:webhook-.*|content-.*|proxy-.*|sec-.*|host|connection|keep-alive|transfer-encoding|te|trailer|upgrade|expect|date|user-agent|accept-encoding|via|forwarded)$/u;

/** The settings that a request gives, or its faults that a schema can't express. */
export function parseSettings(
  { url, types, description, headers }: WireSettings,
  reach: Reach,
): Partial<EndpointSettings> | Refused {
  const urlFaults = url === undefined ? [] : findUrlFaults(url, '/url', reach);
  const faults = [...urlFaults, ...findHeaderFaults(headers ?? {})];
  if (faults.length > 0) return invalidRequest(...faults);
  return {
    ...(url === undefined ? {} : { url }),
    ...(types === undefined ? {} : { types }),
    ...(description === undefined ? {} : { description }),
    ...(headers === undefined ? {} : { headersJson: JSON.stringify(headers) }),
  };
}

/** Faults of a URL that can be seen without asking anybody: where a name leads to is seen when something is sent. */
export function findUrlFaults(text: string, field: string, reach: Reach): readonly FieldFault[] {
  const fault = (rule: string, message: string) => [{ field, rule, message, value: text }];
  if (!URL.canParse(text)) return fault('format', 'must be a URL');
  const url = new URL(text);
  if (url.protocol !== 'https:' && url.protocol !== 'http:') return fault('scheme', 'must be an https or http URL');
  if (url.username !== '' || url.password !== '') return fault('credentials', 'must not have a user or password');
  if (url.hash !== '') return fault('fragment', 'must not have a fragment');
  const isOpenPort = url.port === '' || webPorts.has(Number(url.port)) || Number(url.port) >= firstFreePort;
  if (!isOpenPort) return fault('port', `must have the port 80, 443, or one from ${firstFreePort} on`);
  const address = addressOfHost(url.hostname);
  if (address !== undefined && reach.allows(address)) return [];
  if (address !== undefined && !isPublicAddress(address)) return fault('address', 'must not lead to a special address');
  return reach.live && url.protocol === 'http:' ? fault('scheme', 'must be an https URL') : [];
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
