const longestName = 40;

/** The id of a new person's own tenant: his address before the `@`; if that is taken, with some of the uuid behind it. */
export function findTenantId(email: string, uuid: string, isTaken: (id: string) => boolean): string {
  const local = email.slice(0, email.lastIndexOf('@'));
  const name =
    local
      .replaceAll(/[^a-z0-9]+/gu, '-')
      .slice(0, longestName)
      .replaceAll(/^-+|-+$/gu, '') || 'tenant';
  if (!isTaken(name)) return name;
  const digits = uuid.replaceAll('-', '');
  for (let length = 4; length <= digits.length; length += 4) {
    const id = `${name}-${digits.slice(0, length)}`;
    if (!isTaken(id)) return id;
  }
  throw new Error(`There are tenants with all names for ${name}.`);
}
