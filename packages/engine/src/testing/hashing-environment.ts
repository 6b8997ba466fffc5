import { TestEnvironment } from './test-environment.ts';

const lanes = 8;

/** A test's environment with digests and UUIDs that differ from their first digits on. They are no secret. */
export class HashingEnvironment extends TestEnvironment {
  override newUuid(): string {
    const digits = this.sha256(this.newToken());
    return `${digits.slice(0, 8)}-${digits.slice(8, 12)}-4${digits.slice(12, 15)}-8${digits.slice(15, 18)}-${digits.slice(18, 30)}`;
  }

  override sha256(text: string): string {
    const bytes = new TextEncoder().encode(text);
    return Array.from({ length: lanes }, (_, lane) => fnv1a(bytes, lane).toString(16).padStart(8, '0')).join('');
  }
}

/** FNV-1a of 32 bits, with the lane as its first byte. */
function fnv1a(bytes: Uint8Array, lane: number): number {
  let hash = Math.imul(0x81_1c_9d_c5 ^ (lane + 1), 0x01_00_01_93);
  for (const byte of bytes) hash = Math.imul(hash ^ byte, 0x01_00_01_93);
  // The last bytes have stirred few of the bits yet.
  hash = Math.imul(hash ^ (hash >>> 16), 0x85_eb_ca_6b);
  return (hash ^ (hash >>> 13)) >>> 0;
}
