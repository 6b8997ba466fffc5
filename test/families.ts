import type { OperationDescription } from '@holdfast/contract';

import type { BenchFamily } from '../bench/comparison/bench-case.ts';
import type { SeededBug } from '../scripts/mutants/seeded-bug.ts';
import type { CarriedOverFamily } from './carry-over/family.ts';
import type { Family as FamilyUnderFaults } from './faults/family.ts';
import type { Family as FuzzedFamily } from './fuzz/family.ts';
import type { AnyFamily as FamilyWithHistories } from './histories/family.ts';
import type { Family as FamilyOnLossyNetwork } from './lossy-network/family.ts';
import type { Family as FamilyOnAllTargets } from './one-behaviour/family.ts';
import type { Family as AttackedFamily } from './scenarios/bad-input/family.ts';
import type { SimulatedFamily } from './simulation/family.ts';
import type { HeavyFamily } from './stalls/heavy-request.ts';

/** What a family brings to each proof: a file there that exports it under the family's name. */
interface Proofs {
  readonly badInput: AttackedFamily;
  readonly fuzz: FuzzedFamily;
  readonly oneBehaviour: FamilyOnAllTargets;
  readonly histories: FamilyWithHistories;
  readonly simulation: SimulatedFamily;
  readonly faults: FamilyUnderFaults;
  readonly lossyNetwork: FamilyOnLossyNetwork;
  readonly carryOver: CarriedOverFamily;
  readonly stalls: HeavyFamily;
  readonly bench: BenchFamily;
  readonly seededBugs: readonly SeededBug[];
}

type FamilyName = OperationDescription['family'];

/** Loaded only when a proof asks for them: no test has to load what others need. */
type Files<Name extends FamilyName> = {
  readonly [Proof in keyof Proofs]: () => Promise<{ readonly [Export in Name]: Proofs[Proof] }>;
};

/** Every family of the contract, with the file that it has for each proof: the compiler says what a new one lacks. */
const register: { readonly [Name in FamilyName]: Files<Name> } = {
  namedResources: {
    badInput: () => import('./scenarios/bad-input/named-resources.ts'),
    fuzz: () => import('./fuzz/named-resources.ts'),
    oneBehaviour: () => import('./one-behaviour/named-resources.ts'),
    histories: () => import('./histories/named-resources.ts'),
    simulation: () => import('./simulation/named-resources.ts'),
    faults: () => import('./faults/named-resources.ts'),
    lossyNetwork: () => import('./lossy-network/named-resources.ts'),
    carryOver: () => import('./carry-over/named-resources.ts'),
    stalls: () => import('./stalls/named-resources.ts'),
    bench: () => import('../bench/named-resources.ts'),
    seededBugs: () => import('../scripts/mutants/bugs/named-resources.ts'),
  },
  credits: {
    badInput: () => import('./scenarios/bad-input/credits.ts'),
    fuzz: () => import('./fuzz/credits.ts'),
    oneBehaviour: () => import('./one-behaviour/credits.ts'),
    histories: () => import('./histories/credits.ts'),
    simulation: () => import('./simulation/credits.ts'),
    faults: () => import('./faults/credits.ts'),
    lossyNetwork: () => import('./lossy-network/credits.ts'),
    carryOver: () => import('./carry-over/credits.ts'),
    stalls: () => import('./stalls/credits.ts'),
    bench: () => import('../bench/credits.ts'),
    seededBugs: () => import('../scripts/mutants/bugs/credits.ts'),
  },
  capacity: {
    badInput: () => import('./scenarios/bad-input/capacity.ts'),
    fuzz: () => import('./fuzz/capacity.ts'),
    oneBehaviour: () => import('./one-behaviour/capacity.ts'),
    histories: () => import('./histories/capacity.ts'),
    simulation: () => import('./simulation/capacity.ts'),
    faults: () => import('./faults/capacity.ts'),
    lossyNetwork: () => import('./lossy-network/capacity.ts'),
    carryOver: () => import('./carry-over/capacity.ts'),
    stalls: () => import('./stalls/capacity.ts'),
    bench: () => import('../bench/capacity.ts'),
    seededBugs: () => import('../scripts/mutants/bugs/capacity.ts'),
  },
  webhooks: {
    badInput: () => import('./scenarios/bad-input/webhooks.ts'),
    fuzz: () => import('./fuzz/webhooks.ts'),
    oneBehaviour: () => import('./one-behaviour/webhooks.ts'),
    histories: () => import('./histories/webhooks.ts'),
    simulation: () => import('./simulation/webhooks.ts'),
    faults: () => import('./faults/webhooks.ts'),
    lossyNetwork: () => import('./lossy-network/webhooks.ts'),
    carryOver: () => import('./carry-over/webhooks.ts'),
    stalls: () => import('./stalls/webhooks.ts'),
    bench: () => import('../bench/events.ts'),
    seededBugs: () => import('../scripts/mutants/bugs/webhooks.ts'),
  },
  administration: {
    badInput: () => import('./scenarios/bad-input/administration.ts'),
    fuzz: () => import('./fuzz/administration.ts'),
    oneBehaviour: () => import('./one-behaviour/administration.ts'),
    histories: () => import('./histories/administration.ts'),
    simulation: () => import('./simulation/administration.ts'),
    faults: () => import('./faults/administration.ts'),
    lossyNetwork: () => import('./lossy-network/administration.ts'),
    carryOver: () => import('./carry-over/administration.ts'),
    stalls: () => import('./stalls/administration.ts'),
    bench: () => import('../bench/access.ts'),
    seededBugs: () => import('../scripts/mutants/bugs/administration.ts'),
  },
};

/** What families bring to a proof, in the order of the register. */
export async function familiesFor<Proof extends keyof Proofs>(proof: Proof): Promise<readonly Proofs[Proof][]> {
  const loading = Object.entries<AnyFiles>(register).map(async ([name, { [proof]: load }]) => (await load())[name]!);
  return Promise.all(loading);
}

type AnyFiles = { readonly [Proof in keyof Proofs]: () => Promise<Readonly<Record<string, Proofs[Proof]>>> };
