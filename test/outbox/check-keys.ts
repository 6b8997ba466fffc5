import type { ApiKey, CreditEvent } from '@holdfast/contract';

/** Each API key was announced when it was created, and when it was revoked, once. */
export function checkKeys(events: readonly CreditEvent[], keys: readonly ApiKey[]): readonly string[] {
  return keys.flatMap((key) => {
    const own = events.filter(({ type, data }) => {
      return type.startsWith('key.') && 'api_key_id' in data && data.api_key_id === key.id;
    });
    const countOf = (type: CreditEvent['type']) => own.filter((event) => event.type === type).length;
    // Without a display it was there before anybody could read events.
    const isCreatedOnce = key.display === null || countOf('key.created') === 1;
    const isRevokedOnce = countOf('key.revoked') === (key.revoked_at === null ? 0 : 1);
    const isInOrder = key.display === null || own[0]?.type === 'key.created';
    if (isCreatedOnce && isRevokedOnce && isInOrder) return [];
    return [`${own.map(({ type }) => type).join(', ')} is announced of this key: ${JSON.stringify(key)}`];
  });
}
