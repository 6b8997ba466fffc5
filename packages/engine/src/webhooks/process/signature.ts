import { bytesOfSecret } from '../secrets.ts';

const hmac = { name: 'HMAC', hash: 'SHA-256' };

/** What is signed, of a webhook. */
export interface Signed {
  readonly id: string;
  readonly timestampSeconds: number;
  readonly body: string;
}

/** The `webhook-signature` of a webhook, with each of these secrets. See Standard Webhooks. */
export async function sign(secrets: readonly string[], { id, timestampSeconds, body }: Signed): Promise<string> {
  const text = new TextEncoder().encode(`${id}.${timestampSeconds}.${body}`);
  const signatures = await Promise.all(secrets.map((secret) => signWith(secret, text)));
  return signatures.map((signature) => `v1,${signature}`).join(' ');
}

async function signWith(secret: string, text: Uint8Array<ArrayBuffer>): Promise<string> {
  const key = await crypto.subtle.importKey('raw', bytesOfSecret(secret), hmac, false, ['sign']);
  return toBase64(new Uint8Array(await crypto.subtle.sign(hmac, key, text)));
}

function toBase64(bytes: Uint8Array): string {
  return btoa(String.fromCharCode(...bytes));
}
