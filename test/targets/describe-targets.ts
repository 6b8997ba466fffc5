import { afterAll, afterEach, beforeAll, describe, expect, inject } from 'vitest';

import { createScenario } from './scenario.ts';
import type { Scenario, ScenarioOptions } from './scenario.ts';
import { startTarget } from './start-target.ts';
import { targetNames } from './target.ts';
import type { Target, TargetName } from './target.ts';

export type { Scenario, WireAnswer, WireRequest } from './scenario.ts';

export interface TargetChoice {
  /** Whether the gateway refuses by itself all that is described: see {@link Scenario.describeGateway}. */
  readonly isGatewayAlone?: boolean;
  /** Whether servers have express-openapi-validator judge each request and answer as well, which takes seconds. */
  readonly hasSecondOpinion?: boolean;
}

/** Describes something on each target in turn. Every answer must be one that the contract allows. */
export function describeTargets(
  title: string,
  body: (scenario: Scenario) => void,
  { isGatewayAlone = false, hasSecondOpinion = false }: TargetChoice = {},
): void {
  const chosen = inject('targets');
  const scenarioOn = (targetName: TargetName, options: Pick<ScenarioOptions, 'target' | 'onBreach'>) =>
    createScenario({
      ...options,
      targetName,
      isGatewayAlone,
      describesGateway: mocksAndOneServer(chosen).includes(targetName),
    });
  for (const name of isGatewayAlone ? mocksAndOneServer(chosen) : chosen) {
    describe(`${title} on ${name}`, () => {
      const breaches: string[] = [];
      let started: Target | undefined;
      beforeAll(async () => {
        started = await startTarget(name, { hasSecondOpinion });
      });
      afterAll(() => started?.dispose());
      afterEach(() => expect(breaches.splice(0)).toEqual([]));
      const target = () => started ?? fail(`${name} has not been started yet: use it within a test.`);
      body(scenarioOn(name, { target, onBreach: (breach) => breaches.push(breach) }));
    });
  }
  if (process.env['TARGETS']) return;
  const wanted = isGatewayAlone ? mocksAndOneServer(targetNames) : targetNames;
  for (const name of wanted.filter((each) => !chosen.includes(each))) {
    const leftOut = () => fail('left out');
    describe.skip(`${title} on ${name}: LEFT OUT`, () =>
      body(scenarioOn(name, { target: leftOut, onBreach: leftOut })));
  }
}

/** The quickest of them. */
function mocksAndOneServer(names: readonly TargetName[]): readonly TargetName[] {
  const [server] = names.filter((name) => name !== 'mocks');
  return names.filter((name) => name === 'mocks' || name === server);
}

function fail(message: string): never {
  throw new Error(message);
}
