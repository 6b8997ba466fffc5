import type { DefinitionItem } from '@holdfast/contract';

import { definitionOf, namesOfKit, namesOfTree } from './related-names.ts';

/** How many slots each pool of a history has. */
export const poolCapacity = 3;

/** What a history is about: few names, so that its clients get into each other's way. */
export interface Objects {
  readonly locks: readonly string[];
  readonly pool: string;
  /** Two names that are taken in transactions too, and so must be looked at together. */
  readonly pair: readonly [string, string];
  /** A root, two branches, and a leaf below one of them. */
  readonly tree: readonly string[];
  /** A blocker, and two resources that it is taken along with. */
  readonly kit: readonly string[];
}

/** What a client's name stands for. */
export interface Target {
  /** The names that can be taken, the first free one first. */
  readonly names: readonly string[];
  /** Whether it is the pool that was named, not one of its slots. */
  readonly isPool: boolean;
  /** The pool that they are of. */
  readonly pool: string | undefined;
}

export function objectsOf(scope: string): Objects {
  return {
    locks: [`${scope}-lock-0`, `${scope}-lock-1`],
    pool: `${scope}-pool`,
    pair: [`${scope}-pair-0`, `${scope}-pair-1`],
    tree: namesOfTree(`${scope}-tree`),
    kit: namesOfKit(`${scope}-kit`),
  };
}

/** What a history is about has to be registered, but for names that are nothing but themselves. */
export function definitionsOf(scope: string): DefinitionItem[] {
  const { pool, tree, kit } = objectsOf(scope);
  return [{ name: pool, capacity: poolCapacity }, ...[...tree, ...kit].map(definitionOf)];
}

/** What a name can be looked at apart from: itself, the pool of a slot, the pair, the tree or the kit. */
export function keyOfName(name: string): string {
  return /^(.*-pool)(?:_\d+)?$/u.exec(name)?.[1] ?? /^(.*-(?:pair|tree|kit))-\w+$/u.exec(name)?.[1] ?? name;
}

/** The physical names that belong to a key. */
export function namesOfKey(key: string): readonly string[] {
  if (key.endsWith('-pool')) return slotsOf(key);
  if (key.endsWith('-tree')) return namesOfTree(key);
  if (key.endsWith('-kit')) return namesOfKit(key);
  return key.endsWith('-pair') ? [`${key}-0`, `${key}-1`] : [key];
}

export function targetOf(name: string): Target {
  const pool = /^(.*-pool)(?:_\d+)?$/u.exec(name)?.[1];
  if (pool === undefined) return { names: [name], isPool: false, pool };
  return name === pool ? { names: slotsOf(pool), isPool: true, pool } : { names: [name], isPool: false, pool };
}

/** Where a requester's hold may be: one that has a slot of a pool has it under whichever name of the pool it says. */
export function physicalNames({ names, pool }: Target): readonly string[] {
  return pool === undefined ? names : [...new Set([...names, ...slotsOf(pool)])];
}

function slotsOf(pool: string): readonly string[] {
  return Array.from({ length: poolCapacity }, (_, number) => `${pool}_${number}`);
}
