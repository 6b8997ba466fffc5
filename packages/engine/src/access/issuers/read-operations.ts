import type { ReadOperation } from '../../operation.ts';
import { accepted, isRefused } from '../../shared/outcomes.ts';
import type { AccessContext } from '../context.ts';
import { findPlace } from '../place-input.ts';
import { unknownJwtIssuer } from '../refusals.ts';
import { AccessView } from '../state.ts';
import { toJwtIssuer } from '../wire.ts';

export const getJwtIssuer: ReadOperation<'getJwtIssuer', AccessContext> = (caller, { query }) => {
  const place = findPlace(caller, query);
  if (isRefused(place)) return place;
  return {
    partitions: [],
    reads: [],
    run(records) {
      const entry = new AccessView(records).jwtIssuer(place);
      return entry === undefined ? unknownJwtIssuer : accepted(toJwtIssuer(entry));
    },
  };
};
