/** Compares secrets in constant time for their lengths, against timing attacks. */
export function constantTimeEquals(left: string, right: string): boolean {
  let difference = left.length ^ right.length;
  for (let index = 0; index < left.length; index++) {
    difference |= left.charCodeAt(index) ^ (index < right.length ? right.charCodeAt(index) : 0);
  }
  return difference === 0;
}
