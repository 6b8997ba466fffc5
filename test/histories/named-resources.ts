import { WrongReleaseTokenError } from '@holdfast/sdk';

import type { Family, Part, SendOptions } from './family.ts';
import { asFamily } from './family.ts';
import type { Answer, Command, Result } from './named-resources/commands.ts';
import { describeCall } from './named-resources/describe-call.ts';
import { definitionsOf, keyOfName } from './named-resources/objects.ts';
import { placeSeenClaims } from './named-resources/place-seen-claims.ts';
import { ReservationClient } from './named-resources/reservation-client.ts';
import { reservationSpec } from './named-resources/reservation-spec.ts';
import type { State } from './named-resources/spec-state.ts';
import type { Server } from './server.ts';

const family: Family<Command, Answer, State> = {
  name: 'named-resources',
  usualHistoryCount: { few: 15, many: 60 },
  async prepare({ sdk }, scope, options) {
    await sdk.resources.register(definitionsOf(scope), { ...options, maxRetries: 5 });
  },
  createClient: (options) => new ReservationClient(options),
  send,
  split,
  placeUnanswered: placeSeenClaims,
  specOf: reservationSpec,
  describe: describeCall,
  expectedCoverage: [
    'ACQUIRED',
    'ALREADY_HAD',
    'ALREADY_HELD',
    'NOT_AVAILABLE',
    'NOT_TAKEN',
    'COMMITTED',
    'REFUSED',
    'RELINQUISHED',
    'RENEWED',
    'NOT_RESERVED',
    'DOESNT_OWN_RESERVATION',
    'HELD',
    'FREE',
    'ACQUIRED in a tree',
    'ACQUIRED with a blocker',
    'ALREADY_HELD above',
    'ALREADY_HELD below',
    'ALREADY_HELD for a blocker',
    'RELINQUISHED with a blocker',
  ],
  coverageOf: (_, { outcome, results }) => [outcome ?? [], results.flatMap(coverageOfResult)].flat(),
};

/** Locks, pools, trees, blockers, and transactions over two names. */
export const namedResources = asFamily(family);

async function send({ sdk: { resources } }: Server, command: Command, options: SendOptions): Promise<Answer> {
  switch (command.type) {
    case 'reserve':
      return { results: await resources.reserve(command.items, options) };
    case 'unreserve':
      return { results: await withResultsOfRefusal(resources.unreserve(command.items, options)) };
    case 'renew':
      return { results: await withResultsOfRefusal(resources.renew(command.items, options)) };
    case 'get':
      return { results: [await resources.get(command.items[0].resource, options)] };
    case 'transaction': {
      const { type: _, ...request } = command;
      return resources.transaction(request, options);
    }
  }
}

function coverageOfResult(result: Result): readonly string[] {
  return [result.status, ...kindsOf(result).map((kind) => `${result.status} ${kind}`)];
}

/** What trees and blockers had to do with it. */
function kindsOf(result: Result): readonly string[] {
  if ('released' in result) return (result.released?.length ?? 0) > 1 ? ['with a blocker'] : [];
  if (!('heldBy' in result)) return [];
  const { explanation, acquiredBlockers, reservedAtPath } = result;
  return [
    reservedAtPath === null ? [] : 'in a tree',
    acquiredBlockers === null ? [] : 'with a blocker',
    / is (above|below) /u.exec(explanation)?.[1] ?? [],
    explanation.includes(' together with ') ? 'for a blocker' : [],
  ].flat();
}

/** A wrong token makes the whole answer a 403, but it says what became of each item. */
async function withResultsOfRefusal(call: PromiseLike<readonly Result[]>): Promise<readonly Result[]> {
  try {
    return await call;
  } catch (error) {
    if (error instanceof WrongReleaseTokenError) return error.results;
    throw error;
  }
}

/** Items are independent of one another, but those of a transaction, which is given names of one key only. */
function split(command: Command, answer: Answer | undefined): readonly Part<Command, Answer>[] {
  if (command.type === 'get' && answer === undefined) return [];
  const indexes = Map.groupBy(command.items.keys(), (index) => keyOfName(command.items[index]!.resource));
  return [...indexes].map(([key, chosen]) => {
    const operation = { ...command, items: chosen.map((index) => command.items[index]!) } as Command;
    if (answer === undefined) return { key, operation, answer };
    return { key, operation, answer: { ...answer, results: chosen.flatMap((index) => answer.results[index] ?? []) } };
  });
}
