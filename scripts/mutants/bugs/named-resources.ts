import { lines, simulation, sqliteHistories } from '../seeded-bug.ts';
import type { SeededBug, Watcher } from '../seeded-bug.ts';

const source = 'packages/engine/src/named-resources';
const rules: Watcher = { file: `${source}/rules.test.ts` };
const scenario = (name: string, test?: string): Watcher => ({
  file: `test/scenarios/named-resources/${name}.test.ts`,
  env: { TARGETS: 'memory' },
  ...(test === undefined ? {} : { test }),
});

export const namedResources: readonly SeededBug[] = [
  {
    id: 'expiry-late',
    mistake: 'A hold lasts through the very millisecond of its expiry.',
    edits: [
      {
        file: `${source}/claims.ts`,
        find: 'return endOf(claim) > nowMs;',
        replace: 'return endOf(claim) >= nowMs;',
      },
    ],
    watchers: [rules, scenario('reserve')],
  },
  {
    id: 'slot-expiry-late',
    mistake: 'A slot counts as free only after the millisecond of its expiry.',
    edits: [
      {
        file: `${source}/slots.ts`,
        find: 'if ((freeAtMs[index] ?? 0) <= nowMs) yield',
        replace: 'if ((freeAtMs[index] ?? 0) < nowMs) yield',
      },
    ],
    watchers: [rules, scenario('pools')],
  },
  {
    id: 'slot-twice',
    mistake: 'A hold without an expiry leaves its slot free in the list of slots, and the list alone is asked.',
    edits: [
      {
        file: `${source}/claims.ts`,
        find: 'return expiresAtMs ?? neverMs;',
        replace: 'return expiresAtMs ?? 0;',
      },
      {
        file: `${source}/placement.ts`,
        find: 'const isObstructed = findObstacleAt(view, resource, requester, nowMs) !== undefined;',
        replace: 'const isObstructed = findObstacleBelow(view, resource, requester, nowMs) !== undefined;',
      },
    ],
    watchers: [rules, scenario('pools'), scenario('races'), sqliteHistories],
  },
  {
    id: 'slot-over-tree',
    mistake: 'A slot is handed out although somebody holds a name below it in a tree.',
    edits: [
      {
        file: `${source}/placement.ts`,
        find: 'const isObstructed = findObstacleAt(view, resource, requester, nowMs) !== undefined;',
        replace: 'const isObstructed = findHeldLock(view, resource, nowMs) !== undefined;',
      },
    ],
    watchers: [rules],
  },
  {
    id: 'below-unchecked',
    mistake: 'A name is handed out although somebody holds a name below it in a tree.',
    edits: [
      {
        file: `${source}/placement.ts`,
        find: 'return findObstacleBelow(view, resource, requester, nowMs);',
        replace: 'return undefined;',
      },
    ],
    watchers: [rules, scenario('trees')],
  },
  {
    id: 'renewal-below',
    mistake: 'Names above aren’t told of a renewal, and can be had at the old expiry.',
    edits: [
      {
        file: `${source}/locks.ts`,
        find: '  if (endOfLock(changed) !== endOfLock(lock)) tellNamesAbove(state, changed);\n',
        replace: '',
      },
    ],
    watchers: [scenario('renew')],
  },
  {
    id: 'slot-list-forgets',
    mistake: 'The list of slots takes a hold without an expiry for none.',
    edits: [
      {
        file: `${source}/locks.ts`,
        find: 'setSlotFreeAt(state, lock.slot, endOfLock(lock));',
        replace: 'setSlotFreeAt(state, lock.slot, Math.max(0, ...lock.claims.map((claim) => claim.expiresAtMs ?? 0)));',
      },
    ],
    watchers: [{ file: `${source}/bookkeeping.test.ts` }, scenario('pools')],
  },
  {
    id: 'token-longer',
    mistake: 'A release token with something added to it is as good as the right one.',
    edits: [
      {
        file: 'packages/engine/src/shared/constant-time.ts',
        find: 'let difference = left.length ^ right.length;',
        replace: 'let difference = 0;',
      },
    ],
    watchers: [rules],
  },
  {
    id: 'token-missing',
    mistake: 'Whoever gives no release token at all is believed.',
    edits: [
      {
        file: `${source}/rules.ts`,
        find: 'constantTimeEquals(each.releaseToken, releaseToken)',
        replace: "(releaseToken === '' || constantTimeEquals(each.releaseToken, releaseToken))",
      },
    ],
    watchers: [scenario('unreserve'), scenario('renew')],
  },
  {
    id: 'release-by-others',
    mistake: 'Whoever has the token can give a hold up, whoever the holder is.',
    edits: [
      {
        file: `${source}/placement.ts`,
        find: 'if (held?.lock.requester === requester) return held;',
        replace: 'if (held !== undefined) return held;',
      },
    ],
    watchers: [rules, scenario('unreserve')],
  },
  {
    id: 'renewal-late',
    mistake: 'Renewals that come up to a second late are let through, and bring back what has lapsed.',
    edits: [
      {
        file: `${source}/rules.ts`,
        find: lines('command, nowMs);', "  if ('status' in found) return found;", '', '  const expiresAtMs'),
        replace: lines('command, nowMs - 1_000);', "  if ('status' in found) return found;", '', '  const expiresAtMs'),
      },
    ],
    watchers: [rules, scenario('renew'), sqliteHistories],
  },
  {
    id: 'blockers-left',
    mistake: 'A release or an expiry ends the claim on the resource, and forgets its blockers.',
    edits: [
      {
        file: `${source}/holding.ts`,
        find: 'state.forEach(namesClaimedBy(state, claim), (resource) => {',
        replace: 'state.forEach(namesClaimedBy(state, claim).slice(0, 1), (resource) => {',
      },
    ],
    watchers: [rules, scenario('blockers')],
  },
  {
    id: 'blocker-lapse',
    mistake: 'A blocker doesn’t lapse with the resource, and stays held until somebody gives it up.',
    edits: [
      {
        file: `${source}/rules.ts`,
        find: 'addClaim(state, blocker, requester, newClaim([]), nowMs)',
        replace: 'addClaim(state, blocker, requester, { ...newClaim([]), expiresAtMs: null }, nowMs)',
      },
    ],
    watchers: [rules, scenario('blockers')],
  },
  {
    id: 'blocker-renewal',
    mistake: 'A renewal moves the expiry of the resource, and not that of its blockers.',
    edits: [
      {
        file: `${source}/holding.ts`,
        find: 'state.forEach(names, (resource) => {',
        replace: 'state.forEach(names.slice(0, 1), (resource) => {',
      },
    ],
    watchers: [scenario('renew')],
  },
  {
    id: 'lapsed-keeps',
    mistake: 'What is given up stays held by claims on it that have lapsed, until these are swept.',
    edits: [
      {
        file: `${source}/holding.ts`,
        find: 'return lock.claims.some((claim) => isLive(claim, nowMs)) || hasLiveOther(state, lock, nowMs);',
        replace: 'return lock.claims.length > 0 || hasLiveOther(state, lock, nowMs);',
      },
    ],
    watchers: [rules],
  },
  {
    id: 'event-too-many',
    mistake: 'A name that a second claim keeps held is announced as given up.',
    edits: [
      {
        file: `${source}/holding.ts`,
        find: '  changeLock(state, lock, claims, lock.others);\n  return false;',
        replace: lines(
          "  state.recordEvent('UNRESERVED', lock.resource, lock.requester, ended, nowMs);",
          '  changeLock(state, lock, claims, lock.others);',
          '  return false;',
        ),
      },
    ],
    watchers: [rules],
  },
  {
    id: 'expiry-twice',
    mistake: 'What has lapsed is announced and left where it is, as it is free anyway, so that it is announced again.',
    edits: [
      {
        file: `${source}/locks.ts`,
        find: '  state.putLock({ ...freeLock(resource), heldBelow: lock.heldBelow });',
        replace: "  if (type === 'UNRESERVED') state.putLock({ ...freeLock(resource), heldBelow: lock.heldBelow });",
      },
    ],
    // A server that sweeps finds no end: only the simulation counts how often.
    watchers: [rules, simulation],
  },
  {
    id: 'lapsed-kept',
    mistake: 'A new claim is put beside the one that has lapsed.',
    edits: [
      {
        file: `${source}/holding.ts`,
        find: '  endLapsedClaims(state, name.resource, nowMs);\n',
        replace: '',
      },
    ],
    watchers: [rules, scenario('reserve'), sqliteHistories],
  },
  {
    id: 'transaction-some',
    mistake: 'ALL_OR_NONE looks at the last item alone.',
    edits: [
      {
        file: `${source}/rules.ts`,
        find: 'results.every(isHolding)',
        replace: 'results.slice(-1).every(isHolding)',
      },
    ],
    watchers: [rules, scenario('reserveTransaction'), sqliteHistories],
  },
  {
    id: 'environments-mixed',
    mistake: 'A tenant’s live and test environments share their locks.',
    edits: [
      {
        file: 'packages/engine/src/partitions.ts',
        find: 'return `${tenantId}/${environment}/named-resources`;',
        replace: "return `${tenantId}/${environment && 'live'}/named-resources`;",
      },
    ],
    watchers: [scenario('tenants')],
  },
];
