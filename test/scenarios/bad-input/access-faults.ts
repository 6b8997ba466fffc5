import type { FurtherFault } from './family.ts';
import { metadataFaults } from './metadata-faults.ts';

type Members = Readonly<Record<string, unknown>>;

const badRanges: readonly (readonly [reason: string, range: string])[] = [
  ['has a number above 255', '192.0.2.256'],
  ['has three numbers', '192.0.2/24'],
  ['has five numbers', '192.0.2.0.0'],
  ['has more than 32 bits', '192.0.2.0/33'],
  ['has more than 128 bits', '2001:db8::/129'],
  ['has two gaps', '2001::db8::1'],
  ['has a bare slash', '/24'],
  ['is a number', '3221225985'],
];

/** What no schema can say about the bodies of tenants, API keys and issuers. */
export const accessFaults: readonly FurtherFault[] = [
  ...['createTenant', 'updateTenant'].flatMap((operationId) => [
    ...metadataFaults(operationId, '', (body, metadata) => ({ ...(body as Members), metadata })),
    fault(operationId, 'is a tier that there is not', '/tier', 'enum', { tier: 'nothing-of-the-kind' }),
  ]),

  ...['createApiKey', 'updateApiKey'].flatMap((operationId) => [
    fault(operationId, 'is over', '/expires_at', 'future', { expires_at: '2020-01-01T00:00:00Z' }),
    ...badRanges.map(([reason, range]) =>
      fault(operationId, reason, '/allowed_cidrs/1', 'format', { allowed_cidrs: ['192.0.2.1', range] }),
    ),
  ]),

  fault('putJwtIssuer', 'is there besides jwks', '/jwks_uri', 'oneOf', { jwks_uri: 'https://id.example/keys' }),
  fault('putJwtIssuer', 'has more than 64 KiB', '/jwks', 'maxBytes', {
    jwks: { keys: [{ kty: 'RSA', x5c: Array(4).fill('A'.repeat(16_384)) }] },
  }),
  fault('putJwtIssuer', 'is missing, and so is jwks', '/jwks_uri', 'oneOf', { jwks: undefined }),
];

function fault(operationId: string, reason: string, field: string, rule: string, members: Members): FurtherFault {
  return { operationId, reason, field, rule, toJson: (valid) => JSON.stringify({ ...(valid as Members), ...members }) };
}
