/** Takes out of a text what must not stand in a log: API keys, and user and password in the URI of a database. */
export function scrubSecrets(text: string): string {
  return text
    .replaceAll(/\bhf_(live|test)_[\w-]+/gu, 'hf_$1_***')
    .replaceAll(/\b(mongodb(?:\+srv)?:\/\/)[^\s/]*@/gu, '$1***@');
}
