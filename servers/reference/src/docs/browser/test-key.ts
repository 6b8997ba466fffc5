/** Why a key isn't used here, in a sentence; undefined if it is. */
export function complaintAbout(key: string): string | undefined {
  if (key.startsWith('hf_test_')) return undefined;
  if (key.startsWith('hf_live_')) {
    return 'This is a key of the live environment, and what you try here may change something: give one of the test environment, which begins with hf_test_.';
  }
  return 'Give a key of the test environment: it begins with hf_test_.';
}
