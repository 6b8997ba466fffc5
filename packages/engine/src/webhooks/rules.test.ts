import { expect, test } from 'vitest';

import { eventLogKind, logRowId } from '../kernel/outbox.ts';
import { eventPartition } from '../partitions.ts';
import { isRefused } from '../shared/outcomes.ts';
import { LoadedRecords } from '../testing/loaded-records.ts';
import { configEndpointId, queueKind, registrationKind } from './records.ts';
import { endpointDisabled, unknownEndpoint } from './refusals.ts';
import * as rules from './rules.ts';
import { WebhookState } from './state.ts';
import { place, secretOf } from './testing/webhook-world.ts';

const settings = { url: 'https://example.com', types: null, description: null, headersJson: '{}' };

function createState(records = new LoadedRecords(), nowMs = 1_000) {
  return { records, state: new WebhookState(records, place, nowMs) };
}

/** Which endpoints processes send events to. */
const registered = (records: LoadedRecords) => records.all(registrationKind).map(({ value }) => value.endpointId);

/** The event that an endpoint has looked at last. */
const positions = (records: LoadedRecords) => records.all(queueKind).map(({ value }) => value.position);

function log(records: LoadedRecords, lastNumber: number): void {
  const row = { first: 1, count: lastNumber, eventsJson: '[]', numberedAtMs: 0, purgeAtMs: 9_999 };
  records.put(eventLogKind, eventPartition(place), logRowId(lastNumber), row);
}

test('there are at most 20 endpoints beside that of the config', () => {
  const { state } = createState();
  rules.configure(state, { url: settings.url, secret: secretOf('A') });
  for (let count = 0; count < 20; count += 1) {
    expect(rules.createEndpoint(state, `whe_${count}`, settings, secretOf('A')).ok).toBe(true);
  }
  expect(rules.createEndpoint(state, 'whe_x', settings, secretOf('A'))).toMatchObject({ code: 'conflict' });
  rules.deleteEndpoint(state, 'whe_0');
  expect(rules.createEndpoint(state, 'whe_x', settings, secretOf('A')).ok).toBe(true);
});

test('a new endpoint begins behind the last event; one that is enabled again does, too', () => {
  const { records, state } = createState();
  log(records, 7);
  rules.createEndpoint(state, 'a', settings, secretOf('A'));
  expect(positions(records)).toEqual([7]);
  rules.updateEndpoint(state, 'a', { enabled: false });
  expect(registered(records)).toEqual([]);
  log(records, 9);
  rules.updateEndpoint(state, 'a', { description: 'still disabled' });
  expect(positions(records)).toEqual([7]);
  rules.updateEndpoint(state, 'a', { enabled: true });
  expect(positions(records)).toEqual([9]);
  expect(registered(records)).toEqual(['a']);
});

test('a disabled endpoint says why, and an enabled one nothing', () => {
  const { state } = createState();
  rules.createEndpoint(state, 'a', settings, secretOf('A'));
  const disabled = rules.updateEndpoint(state, 'a', { enabled: false });
  expect(disabled).toMatchObject({ value: { endpoint: { enabled: false, disabledReason: 'requested' } } });
  expect(rules.findEnabled(state, 'a')).toBe(endpointDisabled);
  expect(rules.updateEndpoint(state, 'a', { enabled: true })).toMatchObject({
    value: { endpoint: { enabled: true, disabledReason: null } },
  });
});

test('the config sends nothing unless both are set, and null takes back', () => {
  const { records, state } = createState();
  rules.configure(state, { url: settings.url, secret: undefined });
  expect([registered(records), rules.findEndpoint(state, configEndpointId)]).toEqual([[], unknownEndpoint]);
  rules.configure(state, { url: undefined, secret: secretOf('A') });
  expect(registered(records)).toEqual([configEndpointId]);
  expect(isRefused(rules.findEndpoint(state, configEndpointId))).toBe(false);
  for (const change of [{ url: null }, { secret: null }]) {
    rules.configure(state, { url: undefined, secret: undefined, ...change });
    expect(registered(records)).toEqual([]);
    rules.configure(state, { url: settings.url, secret: secretOf('B') });
    expect(registered(records)).toEqual([configEndpointId]);
  }
});

test('a URL in the config enables it again, and another secret leaves it as it is', () => {
  const { state } = createState();
  rules.configure(state, { url: settings.url, secret: secretOf('A') });
  rules.updateEndpoint(state, configEndpointId, { enabled: false });
  expect(rules.configure(state, { url: undefined, secret: secretOf('B') })).toMatchObject({ enabled: false });
  expect(rules.configure(state, { url: settings.url, secret: undefined })).toMatchObject({
    enabled: true,
    disabledReason: null,
  });
});

test('the old secret is used until its overlap ends, and one from an earlier rotation not at all', () => {
  const { records, state } = createState();
  rules.createEndpoint(state, 'a', settings, secretOf('A'));
  rules.rotateSecret(state, 'a', secretOf('B'), 500);
  const rotated = rules.rotateSecret(createState(records, 1_100).state, 'a', secretOf('C'), 500);
  const endpoint = rotated.ok ? rotated.value.endpoint : undefined;
  expect(endpoint && rules.secretsAt(endpoint, 1_599)).toEqual([secretOf('C'), secretOf('B')]);
  expect(endpoint && rules.secretsAt(endpoint, 1_600)).toEqual([secretOf('C')]);
  const cut = rules.rotateSecret(state, 'a', secretOf('D'), 0);
  expect(cut.ok && rules.secretsAt(cut.value.endpoint, 0)).toEqual([secretOf('D')]);
});

test('what there is of an endpoint is refused once it is deleted', () => {
  const { records, state } = createState();
  rules.createEndpoint(state, 'a', settings, secretOf('A'));
  expect(rules.deleteEndpoint(state, 'a').ok).toBe(true);
  expect([registered(records), positions(records)]).toEqual([[], []]);
  expect(rules.deleteEndpoint(state, 'a')).toBe(unknownEndpoint);
  expect(rules.updateEndpoint(state, 'a', {})).toBe(unknownEndpoint);
  expect(rules.rotateSecret(state, 'a', secretOf('B'), 0)).toBe(unknownEndpoint);
});
