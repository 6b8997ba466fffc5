import fc from 'fast-check';

import { listOf, mostly, optional } from '../choices.ts';

/** Few, and related, so that most claims meet. */
const places = ['desk', 'house', 'floor', 'room'];
const slots = ['Printer', 'Printer_0', 'Printer_1', 'Printer_2', 'Printer_01'];
/** They come in one order by code point, and in the other one by UTF-16 unit. */
const symbols = ['\ufffd', '😀'];

export const resource = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom(...places, ...slots, 'kit', ...symbols) },
  { weight: 6, arbitrary: fc.constantFrom('Printer', 'kit', 'floor') },
);

export const requester = fc.oneof(
  { weight: 8, arbitrary: fc.constantFrom('ada', 'bob') },
  { weight: 1, arbitrary: fc.constantFrom('Ada', ...symbols) },
);

export const ttlSeconds = mostly(fc.constantFrom(1, 60, 60, 3_600, 31_536_000), 0, 1.5, 31_536_001, '60');

export const resourceType = mostly(fc.constantFrom('Room', 'UserDefined'), '', 7);

const metadata = mostly(
  fc.constantFrom({}, { b: 1, a: { z: null, 1: [] } }, { note: '😀' }),
  { $where: '1' },
  { 'a.b': 1 },
  { constructor: 1 },
  [],
);

export const claim = optional({ resource: mostly(resource, '', 'a\u0000b'), ttlSeconds, resourceType, metadata }, [
  'resource',
]);

export const forcedRelease = optional({ resource, reason: mostly(fc.constantFrom('stuck', '😀'), '', 'a\u0000b') }, [
  'resource',
]);

/** A house with a pool and a kit in it, so that most claims meet each other. */
const usualDefinition = fc.constantFrom(
  { name: 'Printer', capacity: 2 },
  { name: 'Printer', capacity: 3, treePath: 'house>floor' },
  { name: 'Printer', capacity: 1 },
  { name: 'floor', treePath: 'house' },
  { name: 'room', treePath: 'house>floor>room' },
  { name: 'desk', treePath: 'house>floor>room', labels: { os: 'ios', 10: 'ten', 9: 'nine' } },
  { name: 'kit', blocks: ['desk', 'Printer'] },
  { name: 'kit', blocks: ['floor', 'Printer_1', '😀'] },
);

const anyDefinition = optional(
  {
    name: mostly(resource, '', '\ud800'),
    capacity: mostly(fc.constantFrom(1, 2, 3, 101), 0, 10_001),
    blocks: mostly(fc.uniqueArray(resource, { maxLength: 3 }), ['desk', 'desk']),
    treePath: mostly(fc.constantFrom('house', 'house>floor', 'floor', 'floor>desk'), '', 'a>>b', 'a>a'),
    labels: mostly(fc.constantFrom({}, { os: 'ios' }), { os: '' }, { 'a.b': 'c' }),
  },
  ['name'],
);

export const usualDefinitions = fc.array(usualDefinition, { minLength: 3, maxLength: 6 });

export const definitions = listOf(
  fc.oneof({ weight: 2, arbitrary: usualDefinition }, { weight: 1, arbitrary: anyDefinition }),
  3,
);
