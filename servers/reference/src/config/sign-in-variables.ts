import { isPrivateLine } from '../http/loopback.ts';
import { text } from './environment-variables.ts';
import type { Variable, VariableReader } from './environment-variables.ts';

/** Who tells this server who people are. */
export interface ProviderConfig {
  readonly issuer: string;
  readonly clientId: string;
  readonly clientSecret: string;
}

export interface SignInConfig {
  /** Absent: people sign in by start links only. */
  readonly signInProvider: ProviderConfig | undefined;
  /** Domains and email addresses, in lower case, of those who may sign in without an invitation. */
  readonly signInAllow: readonly string[];
  /** Where people reach this server; absent: wherever they do. */
  readonly publicUrl: string | undefined;
}

export const signInVariableNames = [
  'HOLDFAST_OIDC_CLIENT_ID',
  'HOLDFAST_OIDC_CLIENT_SECRET',
  'HOLDFAST_OIDC_ISSUER',
  'HOLDFAST_PUBLIC_URL',
  'HOLDFAST_SIGN_IN_ALLOW',
];

const issuerUrl: Variable<string> = {
  rule: "an OpenID provider's URL, by https or on loopback, such as https://accounts.google.com",
  parse(given) {
    const url = URL.parse(given);
    return url !== null && isPrivateLine(url) && url.search + url.hash + url.username === '' ? given : undefined;
  },
};
const publicUrl: Variable<string> = {
  rule: 'an https origin such as https://holdfast.example.com, or an http one on loopback',
  parse(given) {
    const url = URL.parse(given);
    return url !== null && isPrivateLine(url) && url.origin === given ? given : undefined;
  },
};
const domainOrAddress = /^(?:[^\s@,]+@)?[a-z0-9-]+(?:\.[a-z0-9-]+)+$/u;
const domainsAndAddresses: Variable<readonly string[]> = {
  rule: 'domains such as example.com and addresses such as ada@example.org, separated by commas',
  parse(given) {
    const parts = given.split(',').map((part) => part.trim().toLowerCase());
    return parts.every((part) => domainOrAddress.test(part)) ? parts : undefined;
  },
};

export function readSignInConfig(reader: VariableReader): SignInConfig {
  return {
    signInProvider: readProvider(reader),
    signInAllow: reader.read('HOLDFAST_SIGN_IN_ALLOW', domainsAndAddresses, []),
    publicUrl: reader.read('HOLDFAST_PUBLIC_URL', publicUrl, undefined),
  };
}

function readProvider(reader: VariableReader): ProviderConfig | undefined {
  const faultsBefore = reader.faults.length;
  const issuer = reader.read('HOLDFAST_OIDC_ISSUER', issuerUrl, undefined);
  const clientId = reader.read('HOLDFAST_OIDC_CLIENT_ID', visible(512), undefined);
  const clientSecret = reader.read('HOLDFAST_OIDC_CLIENT_SECRET', visible(1_024, { isSecret: true }), undefined);
  if (issuer !== undefined && clientId !== undefined && clientSecret !== undefined) {
    return { issuer, clientId, clientSecret };
  }
  const isPartial = [issuer, clientId, clientSecret].some((value) => value !== undefined);
  if (isPartial && reader.faults.length === faultsBefore) {
    reader.faults.push(
      'HOLDFAST_OIDC_ISSUER, HOLDFAST_OIDC_CLIENT_ID and HOLDFAST_OIDC_CLIENT_SECRET must be set together.',
    );
  }
  return undefined;
}

function visible(mostCharacters: number, options?: { readonly isSecret: boolean }): Variable<string> {
  const rule = `1 to ${mostCharacters} visible ASCII characters, without spaces`;
  return text(rule, new RegExp(`^[\\x21-\\x7e]{1,${mostCharacters}}$`, 'u'), options);
}
