/** Removes secrets from a text for the log: API keys, and credentials in a database's URI. */
export function scrubSecrets(text: string): string {
  return text
    .replaceAll(/\bhf_(live|test)_[\w-]+/gu, 'hf_$1_***')
    .replaceAll(/\b(mongodb(?:\+srv)?:\/\/)[^\s/]*@/gu, '$1***@');
}
