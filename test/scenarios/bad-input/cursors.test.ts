import type { OperationDescription } from '@holdfast/contract';
import { beforeAll, describe, expect, test } from 'vitest';

import { familiesFor } from '../../families.ts';
import { describeTargets } from '../../targets/describe-targets.ts';
import type { Scenario, WireRequest } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';
import { badCursors } from './bad-cursors.ts';
import { expectFault } from './expect-refusal.ts';
import { operationsOf } from './family.ts';
import type { Family, Page } from './family.ts';

const families = await familiesFor('badInput');

const rules = ['cursor', 'pattern', 'minLength', 'maxLength'];

for (const family of families.filter((each) => listsOf(each).length > 0)) {
  describeTargets(`a wrong cursor of ${family.name}`, (scenario) => describeCursors(family, scenario));
}

function describeCursors(family: Family, scenario: Scenario): void {
  const lists = listsOf(family);
  const pages = new Map<string, Page>();
  let pageOfOthers: Page | undefined;
  let before: unknown;
  const pageOf = (operationId: string) =>
    pages.get(operationId) ?? expect.fail(`The family has no page of ${operationId}.`);
  const ask = (path: string, query: Page['query'], request?: WireRequest) =>
    scenario.send('GET', `${path}?${new URLSearchParams(query).toString()}`, request);
  beforeAll(async () => {
    for (const { operationId } of lists) pages.set(operationId, await preparePage(family, operationId, scenario));
    pageOfOthers = await prepareOther(family, scenario);
    before = await family.readEverything(scenario);
  });

  describe.each(lists)('$operationId', (list) => {
    const { operationId } = list;
    const hasFilters = list.queryParameters.some(({ name }) => name !== 'cursor' && name !== 'limit');
    const pathOf = () => pageOf(operationId).path ?? list.path;

    test.each(badCursors)('is refused: it %s', async (_reason, change) => {
      const { query, nextCursor } = pageOf(operationId);
      expectFault(await ask(pathOf(), { ...query, cursor: change(nextCursor) }), 'query.cursor', rules);
    });

    // What all tenants have, nobody else may list.
    const strangers = list.scope === 'platform:admin' ? [] : (['testEnvironment', 'otherTenant'] as const);
    test.each(strangers)('is refused: it is that of others, for %s', async (stranger) => {
      const { query, nextCursor } = pageOf(operationId);
      const apiKey = { testEnvironment: apiKeys.test, otherTenant: apiKeys.otherTenant }[stranger];
      expectFault(await ask(pathOf(), { ...query, cursor: nextCursor }, { apiKey }), 'query.cursor', rules);
    });

    if (hasFilters) {
      test('is refused: it is that of other filters', async () => {
        const { otherQuery, nextCursor } = pageOf(operationId);
        const query = otherQuery ?? expect.fail(`The family has no other filters of ${operationId}.`);
        expectFault(await ask(pathOf(), { ...query, cursor: nextCursor }), 'query.cursor', rules);
      });
    }

    test('is refused: it is that of another list', async () => {
      const { list: name, query } = pageOf(operationId);
      const others = lists.map((other) => pageOf(other.operationId)).filter((other) => other.list !== name);
      for (const { nextCursor } of [...others, pageOfOthers!]) {
        expectFault(await ask(pathOf(), { ...query, cursor: nextCursor }), 'query.cursor', rules);
      }
    });

    test('is good for what was asked, however it is written', async () => {
      const { query } = pageOf(operationId);
      const hasTimes = list.queryParameters.some(({ name }) => name === 'from');
      const asked = { ...query, ...(hasTimes && { from: '2020-01-01T00:00:00Z', to: '2099-01-01T00:00:00Z' }) };
      const first = await ask(pathOf(), asked);
      const cursor = nextCursorOf(first.json);
      const goOn = async (more: Page['query']) => (await ask(pathOf(), more)).json;
      const next = await goOn({ ...asked, cursor });
      const times = { from: '2020-01-01T00:00:00.0+00:00', to: '2099-01-01T00:00:00.000000Z' };
      const other = {
        cursor,
        ...Object.fromEntries(Object.entries({ ...asked, ...(hasTimes && times) }).toReversed()),
      };
      // One list answers with the times as they were sent.
      const written = (answer: unknown) => ({ ...(answer as object), from: undefined, to: undefined });
      expect(written(await goOn(other))).toEqual(written(next));
      expect(await ask(pathOf(), { ...other, limit: '2' })).toMatchObject({ status: 200 });
    });

    test('is still good as it was given out', async () => {
      const { query, nextCursor } = pageOf(operationId);
      expect(await ask(pathOf(), { ...query, cursor: nextCursor })).toMatchObject({ status: 200 });
    });
  });

  test('has changed nothing', async () => {
    expect(await family.readEverything(scenario)).toEqual(before);
  });
}

function nextCursorOf(answer: unknown): string {
  const { nextCursor, pagination } = answer as { nextCursor?: string; pagination?: { next_cursor: string } };
  return nextCursor ?? pagination?.next_cursor ?? expect.fail('There is no other page.');
}

function listsOf(family: Family): readonly OperationDescription[] {
  return operationsOf(family).filter(({ queryParameters }) => queryParameters.some(({ name }) => name === 'cursor'));
}

/** A page of a list of another family. */
function prepareOther(family: Family, scenario: Scenario): Promise<Page> {
  const other =
    families.find((each) => each !== family && listsOf(each).length > 0) ?? expect.fail('There is one family.');
  return preparePage(other, listsOf(other)[0]!.operationId, scenario);
}

function preparePage(family: Family, operationId: string, scenario: Scenario): Promise<Page> {
  return (
    family.pages[operationId]?.(scenario) ?? expect.fail(`The family ${family.name} has no page of ${operationId}.`)
  );
}
