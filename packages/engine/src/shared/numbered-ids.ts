/**
 * Ids of credits are UUIDs that name their partition: 64 bits for the customer, 53 for the record's number in the
 * customer's partition. Any id in a request gives the partition without a lookup; so does an external id, because the
 * customer's bits are a digest of it. See decision 0010.
 *
 * RFC 9562, version 8: the layout is our own.
 */
const keyDigits = 16;
const sequenceDigits = 14;
const uuidPattern = /^[0-9a-f]{8}-[0-9a-f]{4}-8[0-9a-f]{3}-9[0-9a-f]{3}-[0-9a-f]{12}$/u;

/** What names a customer within its tenant: 16 hexadecimal digits. */
export function keyOfDigest(sha256: string): string {
  return sha256.slice(-keyDigits).padStart(keyDigits, '0');
}

/** The id of record number `sequence` of a customer; number 0 is the customer. */
export function uuidOf(key: string, sequence: number): string {
  const digits = `${key}${sequence.toString(16).padStart(sequenceDigits, '0')}`;
  const groups = [
    digits.slice(0, 8),
    digits.slice(8, 12),
    `8${digits.slice(12, 15)}`,
    `9${digits.slice(15, 18)}`,
    digits.slice(18),
  ];
  return groups.join('-');
}

/** The customer's bits of an id; undefined if it can't be an id. */
export function keyOfUuid(uuid: string): string | undefined {
  const text = uuid.toLowerCase();
  if (!uuidPattern.test(text)) return undefined;
  const [first = '', second = '', third = '', fourth = ''] = text.split('-');
  return `${first}${second}${third.slice(1)}${fourth.slice(1, 2)}`;
}
