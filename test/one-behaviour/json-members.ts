/** Every object in a JSON value, itself included, outer ones first. */
export function* objectsIn(json: unknown): Generator<Readonly<Record<string, unknown>>> {
  if (typeof json !== 'object' || json === null) return;
  if (!Array.isArray(json)) yield json as Readonly<Record<string, unknown>>;
  for (const member of Object.values(json)) yield* objectsIn(member);
}

/** The texts that members of these names have, anywhere in a JSON value. */
export function textsIn(json: unknown, members: readonly string[]): readonly string[] {
  const values = [...objectsIn(json)].flatMap((object) => members.map((member) => object[member]));
  return values.filter((value) => typeof value === 'string');
}
