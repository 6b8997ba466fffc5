import type { Family } from './family.ts';

export const namedResources: Family = {
  rulesBeyondSchema: [
    {
      operationIds: ['listReservations', 'listActiveReservations', 'listDefinitions', 'listEventHistory'],
      field: 'query\\.cursor',
      rule: 'cursor',
      reason: 'A cursor is one that an earlier page of the same list gave out; an invented one is refused.',
    },
    {
      operationIds: ['listEventHistory'],
      field: 'query\\.to',
      rule: 'after',
      reason: '`to` must be later than `from`.',
    },
    {
      operationIds: ['registerResources'],
      field: '/\\d+/blocks/\\d+',
      rule: 'not',
      reason: 'A resource can’t block itself.',
    },
    {
      operationIds: ['registerResources'],
      field: '/\\d+/treePath',
      rule: 'uniqueItems',
      reason: 'A name stands in a tree path once, and the resource’s own only at the end.',
    },
    {
      operationIds: ['registerResources'],
      field: '/\\d+/name',
      rule: 'maxLength',
      reason: 'The names of a pool’s slots are longer than its own, and have the same limit.',
    },
    {
      operationIds: ['reserve', 'reserveTransaction'],
      field: '(?:/items)?/\\d+/metadata',
      rule: 'maxBytes',
      reason: 'Metadata is limited by its length as JSON.',
    },
    {
      operationIds: ['reserve', 'reserveTransaction'],
      field: '(?:/items)?/\\d+/metadata/[\\s\\S]+',
      rule: 'exact',
      reason: 'Metadata may be any JSON, but a number must be one that a double keeps as it was written.',
    },
    ...['pattern', 'minLength', 'maxLength'].map((rule) => ({
      operationIds: ['reserve', 'reserveTransaction'] as const,
      field: '(?:/items)?/\\d+/metadata/[\\s\\S]+/[\\s\\S]*',
      rule,
      reason: 'The rules for the names of metadata hold at every depth; the schema has them for the outermost.',
    })),
  ],
  stateStatuses: [],
  plant: async () => [],
};
