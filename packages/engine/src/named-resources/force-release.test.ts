import { beforeEach, describe, expect, test } from 'vitest';

import { findHolder, forceRelease } from './force-release.ts';
import { blockerClaimKind } from './records.ts';
import { expire, expireBlockerClaim } from './rules.ts';
import { TestResources } from './testing/test-resources.ts';

let resources: TestResources;

beforeEach(() => {
  resources = new TestResources();
  resources.define('room', { blocks: ['door', 'light'] });
  resources.define('hall', { blocks: ['door'] });
  resources.define('attic', { blocks: ['door'] });
});

/** The names that are freed; undefined if nobody held it. */
function force(resource: string, nowMs = 0): readonly string[] | undefined {
  const holder = findHolder(resources.state, resource, 1_000, nowMs);
  return holder && forceRelease(resources.state, holder, { apiKeyLabel: 'admin', reason: 'stuck' }, nowMs);
}

function statusesOf(names: readonly string[], nowMs = 0): readonly string[] {
  return names.map((name) => resources.take('z', name, nowMs).status);
}

describe('a forced release', () => {
  test('frees a name and what was taken along with it, with an event for each that says who did it, and why', () => {
    resources.take('a', 'room');
    expect(force('room')).toEqual(['room', 'door', 'light']);
    const events = resources.events().filter(({ type }) => type === 'FORCE_RELEASED');
    expect(
      events.map(({ resource, requester, apiKeyLabel, reason }) => [resource, requester, apiKeyLabel, reason]),
    ).toEqual([
      ['room', 'a', 'admin', 'stuck'],
      ['door', 'a', 'admin', 'stuck'],
      ['light', 'a', 'admin', 'stuck'],
    ]);
    expect(statusesOf(['room'])).toEqual(['ACQUIRED']);
  });

  test('of a blocker frees each name that it was taken along with', () => {
    for (const name of ['room', 'hall', 'attic', 'door']) resources.take('a', name);
    resources.take('a', 'else');
    expect(force('door')?.toSorted()).toEqual(['attic', 'door', 'hall', 'light', 'room']);
    expect(statusesOf(['room', 'hall', 'else'])).toEqual(['ACQUIRED', 'ACQUIRED', 'ALREADY_HELD']);
  });

  test('leaves a blocker to its holder while another claim keeps it', () => {
    for (const name of ['room', 'hall']) resources.take('a', name);
    expect(force('room')).toEqual(['room', 'light']);
    expect(statusesOf(['light', 'door'])).toEqual(['ACQUIRED', 'ALREADY_HELD']);
  });

  test('finds nothing on a name that is free, or has lapsed', () => {
    resources.take('a', 'room', 0, 1_000);
    expect([force('nobody'), force('room', 1_000), force('door', 1_000)]).toEqual([undefined, undefined, undefined]);
    expect(resources.eventTypes()).not.toContain('FORCE_RELEASED room');
  });

  test('frees a slot, and leaves the other slots alone', () => {
    resources.define('Printer', { capacity: 2 });
    resources.take('a', 'Printer');
    resources.take('b', 'Printer');
    expect(force('Printer_0')).toEqual(['Printer_0']);
    expect(resources.take('c', 'Printer')).toMatchObject({ held: { lock: { resource: 'Printer_0' } } });
    expect(resources.take('d', 'Printer')).toMatchObject({ status: 'NOT_AVAILABLE' });
  });

  test('leaves what has lapsed before to be announced as an expiry', () => {
    resources.take('a', 'room', 0, 1_000);
    resources.take('a', 'hall');
    expect(force('door', 1_000)?.toSorted()).toEqual(['door', 'hall']);
    for (const name of ['room', 'light', 'door']) expire(resources.state, name, 1_000);
    for (const { id } of resources.records.all(blockerClaimKind)) expireBlockerClaim(resources.state, id, 1_000);
    expect(
      resources
        .eventTypes()
        .filter((event) => event.startsWith('RESERVATION_EXPIRED'))
        .toSorted(),
    ).toEqual(['RESERVATION_EXPIRED light', 'RESERVATION_EXPIRED room']);
  });
});
