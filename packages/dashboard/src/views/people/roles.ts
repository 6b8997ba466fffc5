import type { Person } from '@holdfast/sdk';

type Role = Person['role'];

/** What each may do, in the order in which they are offered. */
export const roleMeanings: Readonly<Record<Role, string>> = {
  owner: 'Everything: keys, webhooks, people, settings.',
  member: 'Reads and writes resources, credits and capacity, and reads events.',
  viewer: 'Reads resources, credits, capacity and events.',
};

export const roleOptions = (Object.keys(roleMeanings) as Role[]).map((value) => ({ value, label: value }));
