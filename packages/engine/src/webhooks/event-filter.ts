/** Whether an endpoint with this filter gets events of a type. */
export function matches(types: readonly string[] | null, type: string): boolean {
  return types === null || types.some((each) => each === type || (each.endsWith('.*') && isInGroup(each, type)));
}

/** Whether a type is in a group such as `credits.*`. */
function isInGroup(group: string, type: string): boolean {
  return type.startsWith(group.slice(0, -1));
}
