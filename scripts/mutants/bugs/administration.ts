import { lines } from '../seeded-bug.ts';
import type { SeededBug, Watcher } from '../seeded-bug.ts';

const source = 'packages/engine/src/access';
const lease = `${source}/limits/process/lease.ts`;
const limiter: Watcher = { file: `${source}/limits/process/limiter.test.ts` };
const reached: Watcher = { file: `${source}/limits/process/reached-limits.test.ts` };
const slices: Watcher = { file: `${source}/limits/rules.test.ts` };
const neverMore: Watcher = { file: `${source}/limits/process/never-more.test.ts` };
const cache: Watcher = { file: `${source}/process/caller-cache.test.ts` };
const addresses: Watcher = { file: `${source}/addresses.test.ts` };
const keyForm: Watcher = { file: `${source}/key-form.test.ts` };
const signingIn: Watcher = { file: `${source}/people/server-operations.test.ts` };
const people: Watcher = { file: `${source}/people/rules.test.ts` };

/** A few worlds in which keys are looked up and limits counted. */
const worlds: Watcher = {
  file: 'test/simulation/simulation.test.ts',
  test: 'keeps every promise',
  env: { WORLDS: '30', WORLDS_SEED: '1' },
};

const scenario = (name: string, family = 'administration'): Watcher => ({
  file: `test/scenarios/${family}/${name}.test.ts`,
  env: { TARGETS: 'memory' },
});

export const administration: readonly SeededBug[] = [
  {
    id: 'refused-untold',
    mistake: 'Somebody is refused by what was asked ahead, of which the tenant hasn’t been told.',
    edits: [
      {
        file: lease,
        find: 'if (asker !== null) hand.heardAtMs = this.#parts.elapsedMs();',
        replace: 'hand.heardAtMs = this.#parts.elapsedMs();',
      },
    ],
    watchers: [reached],
  },
  {
    id: 'reached-again',
    mistake: 'A limit is announced once more after a process has given something back.',
    edits: [
      {
        file: `${source}/limits/rules.ts`,
        find: 'granted: Math.max(0, granted - units), reachedAnnounced }',
        replace: 'granted: Math.max(0, granted - units), reachedAnnounced: false }',
      },
    ],
    watchers: [slices],
  },
  {
    id: 'passed-ahead',
    mistake: 'A limit that is only counted is passed by what is taken ahead.',
    edits: [{ file: `${source}/limits/rules.ts`, find: '(mayPass ? cap : limit) - before', replace: 'cap - before' }],
    watchers: [slices, reached],
  },
  {
    id: 'slice-outlives-window',
    mistake: 'What is left of a slice is used in the window after its own.',
    edits: [
      {
        file: lease,
        find: 'this.#hand = this.#next?.startMs === startMs ? this.#next : this.#emptyHand(startMs);',
        replace: lines(
          'const { unused, granted, cap } = this.#hand;',
          '    this.#hand = this.#next?.startMs === startMs ? this.#next : this.#emptyHand(startMs);',
          '    Object.assign(this.#hand, { unused: this.#hand.unused + unused, granted, cap });',
        ),
      },
    ],
    watchers: [limiter, neverMore],
  },
  {
    id: 'doubtful-slice-used',
    mistake: 'A unit of a slice is used although nobody knows whether the store has granted it.',
    edits: [
      {
        file: lease,
        find: 'await this.#parts.execute(takeCommand(hand.window, request));',
        replace: lines(
          'await this.#parts.execute(takeCommand(hand.window, request)).catch((error: unknown) => {',
          '      if (!(error instanceof StoreUnavailable)) throw error;',
          '      return { units: 1, granted: hand.granted + 1 };',
          '    });',
        ),
      },
    ],
    watchers: [neverMore],
  },
  {
    id: 'give-back-lost',
    mistake: 'Units that lie idle leave the hand, and the store isn’t told.',
    edits: [
      {
        file: lease,
        find: '    await this.#parts.execute(giveBackCommand(hand.window, units)).catch(ignoreOutage);\n',
        replace: '',
      },
    ],
    watchers: [limiter, worlds],
  },
  {
    id: 'last-slice-too-large',
    mistake: 'A slice is granted whole, however little of the limit is left.',
    edits: [
      {
        file: `${source}/limits/rules.ts`,
        find: 'Math.min(limit / parts, left / partOfTheRest, wanted)',
        replace: 'Math.min(limit / parts, wanted)',
      },
    ],
    watchers: [limiter],
  },
  {
    id: 'key-limits-shared',
    mistake: 'The limits of a tenant’s keys are counted in one record.',
    edits: [
      {
        file: `${source}/limits/policies.ts`,
        find: "name === 'key' ? `${name}\\u001f${keyId}\\u001f${startMs}` : `${name}\\u001f${startMs}`",
        replace: '`${name}\\u001f${startMs}`',
      },
    ],
    watchers: [limiter, scenario('limits')],
  },
  {
    id: 'half-admitted',
    mistake: 'A unit of the limit per minute is used although nothing is left of the day.',
    edits: [
      {
        file: `${source}/limits/process/limiter.ts`,
        find: 'if (exhausted.length === 0) return undefined;',
        replace: lines(
          'if (exhausted.length === 0) return undefined;',
          '    for (const lease of leases) if (lease.hasUnit) lease.use();',
        ),
      },
    ],
    watchers: [limiter],
  },
  {
    id: 'generation-unread',
    mistake: 'A process confirms what it knows of keys, and doesn’t look whether anything has changed.',
    edits: [
      {
        file: `${source}/process/caller-cache.ts`,
        find: '    if (generation !== this.#generation) this.forget();\n',
        replace: '',
      },
    ],
    watchers: [cache],
  },
  {
    id: 'own-change-unheard',
    mistake: 'The process that carries a change out goes on with what it knew of the key.',
    edits: [
      {
        file: `${source}/process/access.ts`,
        find: '    this.#callers.forget(tenantId);\n',
        replace: '    void tenantId;\n',
      },
    ],
    watchers: [scenario('revokeApiKey'), worlds],
  },
  {
    id: 'late-read-kept',
    mistake: 'What was being read of a key while it changed is kept.',
    edits: [
      {
        file: `${source}/process/caller-cache.ts`,
        find: 'this.#keep(keyHash, { known, readAtMs, changes });',
        replace: 'this.#keep(keyHash, { known, readAtMs, changes: Math.max(changes, this.#changes) });',
      },
    ],
    watchers: [cache],
  },
  {
    id: 'suspended-served',
    mistake: 'The keys of a suspended tenant work on.',
    edits: [
      { file: `${source}/process/access.ts`, find: '    if (isSuspended) return tenantSuspended;\n', replace: '' },
    ],
    watchers: [scenario('updateTenant')],
  },
  {
    id: 'old-value-for-ever',
    mistake: 'The old value of a rotated key is valid also when the overlap is over.',
    edits: [
      {
        file: `${source}/keys/rules.ts`,
        find: ' && (previous?.keyHash !== keyHash || previous.validUntilMs <= nowMs)',
        replace: ' && previous?.keyHash !== keyHash',
      },
      {
        file: `${source}/find-caller.ts`,
        find: 'return Math.min(previous.validUntilMs, expiresAtMs ?? Number.POSITIVE_INFINITY);',
        replace: 'return expiresAtMs;',
      },
    ],
    watchers: [scenario('rotateApiKey')],
  },
  {
    id: 'key-expiry-late',
    mistake: 'A key is valid through the very millisecond of its expiry.',
    edits: [
      {
        file: `${source}/keys/rules.ts`,
        find: '(expiresAtMs === null || expiresAtMs > nowMs)',
        replace: '(expiresAtMs === null || expiresAtMs >= nowMs)',
      },
      {
        file: `${source}/process/access.ts`,
        find: 'caller.expiresAtMs <= nowMs',
        replace: 'caller.expiresAtMs < nowMs',
      },
    ],
    watchers: [scenario('updateApiKey')],
  },
  {
    id: 'checksum-any',
    mistake: 'A key whose checksum is wrong is looked for in the store.',
    edits: [
      {
        file: `${source}/key-form.ts`,
        find: 'key.endsWith(checksumOf(key.slice(0, -checksumLength)))',
        replace: 'key.length > checksumOf(key).length',
      },
    ],
    watchers: [keyForm],
  },
  {
    id: 'mapped-address-refused',
    mistake: 'An IPv4 address within an IPv6 one is in no range.',
    edits: [{ file: `${source}/addresses.ts`, find: 'ipaddr.process(address)', replace: 'ipaddr.parse(address)' }],
    watchers: [addresses],
  },
  {
    id: 'foreign-keys-listed',
    mistake: 'Whoever administers the keys of one tenant may list those of others.',
    edits: [
      {
        file: `${source}/place-input.ts`,
        find: "return isOwn || scopes.has('platform:admin') ?",
        replace: "return isOwn || scopes.has('keys:admin') ?",
      },
    ],
    watchers: [scenario('listApiKeys')],
  },
  {
    id: 'foreign-key-revoked',
    mistake: 'Whoever administers the keys of one environment may end those of the other one.',
    edits: [
      {
        file: `${source}/keys/rules.ts`,
        find: '(tenantId === place.tenantId && environment === place.environment)',
        replace: '(tenantId === place.tenantId && environment !== undefined)',
      },
    ],
    watchers: [scenario('revokeApiKey'), scenario('rotateApiKey')],
  },
  {
    id: 'value-of-replay',
    mistake: 'A replay answers with the value that was drawn for it, which no key has.',
    edits: [
      {
        file: `${source}/keys/write-operations.ts`,
        find: 'api_key: decided.display === kept.display ? text : null',
        replace: 'api_key: decided.display === null ? null : text',
      },
    ],
    watchers: [scenario('createApiKey'), scenario('rotateApiKey')],
  },
  {
    id: 'lapsed-locks-counted',
    mistake: 'A lock that has lapsed keeps others out of a tier until it is swept.',
    edits: [
      {
        file: 'packages/engine/src/named-resources/lock-limit.ts',
        find: 'const isSettled = !mayHaveLapsed(before, nowMs);',
        replace: 'const isSettled = before.count >= 0 || !mayHaveLapsed(before, nowMs);',
      },
    ],
    watchers: [
      { file: 'packages/engine/src/named-resources/lock-limit.test.ts' },
      scenario('lock-limit', 'named-resources'),
    ],
  },
  {
    id: 'ended-locks-counted',
    mistake: 'Locks are counted when they begin, and not when they end.',
    edits: [
      {
        file: 'packages/engine/src/named-resources/locks.ts',
        find: '  countLock(state, resource, -1);\n',
        replace: '',
      },
    ],
    watchers: [
      { file: 'packages/engine/src/named-resources/bookkeeping.test.ts' },
      scenario('lock-limit', 'named-resources'),
    ],
  },
  {
    id: 'session-outlived',
    mistake: 'A token works on after its session.',
    edits: [
      {
        file: `${source}/find-caller.ts`,
        find: 'findSignedIn(people, sessionHash, nowMs)?.person',
        replace: 'people.person(personId)',
      },
    ],
    watchers: [signingIn],
  },
  {
    id: 'start-link-twice',
    mistake: 'A start link signs in whoever has it, as often as he likes.',
    edits: [{ file: `${source}/people/sign-in.ts`, find: '  state.deleteStartLink(linkHash);\n', replace: '' }],
    watchers: [signingIn],
  },
  {
    id: 'strangers-heard',
    mistake: 'What strangers try empties the cache of callers.',
    edits: [
      {
        file: `${source}/people/server-operations.ts`,
        find: 'foreseen === undefined ? undefined : service.execute(decision)',
        replace: 'service.execute(foreseen === undefined ? decision : decision)',
      },
    ],
    watchers: [signingIn],
  },
  {
    id: 'last-owner-leaves',
    mistake: 'The last owner of a tenant can be removed.',
    edits: [
      {
        file: `${source}/people/rules.ts`,
        find: 'owners.every(({ personId }) => personId === member.personId)',
        replace: 'owners.length === 0',
      },
    ],
    watchers: [people],
  },
  {
    id: 'role-for-nothing',
    mistake: 'Whoever administers keys can invite an owner.',
    edits: [
      {
        file: `${source}/people/rules.ts`,
        find: '  if (lacking !== undefined) return missingScope(lacking);\n',
        replace: '',
      },
    ],
    watchers: [people, scenario('invitePerson')],
  },
  {
    id: 'scope-counted',
    mistake: 'A request counts against a limit before it is known to be allowed.',
    edits: [
      {
        file: 'packages/gateway/src/entrance.ts',
        find: "  if (scope !== 'any' && scope !== 'none' && !found.scopes.has(scope)) {",
        replace: lines(
          "  if (limit !== 'none') await access.limits.admit(found, limit);",
          "  if (scope !== 'any' && scope !== 'none' && !found.scopes.has(scope)) {",
        ),
      },
    ],
    watchers: [scenario('limits')],
  },
];
