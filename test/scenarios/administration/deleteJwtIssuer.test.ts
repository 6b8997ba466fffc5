import { describe, expect, test } from 'vitest';

import { describeTargets } from '../../targets/describe-targets.ts';
import { pathWith } from '../capacity/capacity-client.ts';
import { expectFaults, expectProblem } from '../credits/problems.ts';
import { testUnauthorized } from '../every-operation.ts';
import { AccessClient, paths } from './access-client.ts';
import { describeRepeatable } from './any-write.ts';
import { expectForbidden } from './forbidden.ts';

const path = paths.jwtIssuer;

describeTargets('deleteJwtIssuer', (scenario) => {
  const { send, unique } = scenario;
  const access = new AccessClient(scenario);
  const newPlace = async () => {
    const place = { tenant_id: (await access.createTenant()).id, environment: 'test' } as const;
    return { place, issuer: await access.trustIssuer(place) };
  };

  describe('204', () => {
    test('trusts nobody any more', async () => {
      const { place } = await newPlace();
      expect(await send('DELETE', pathWith(path, place))).toMatchObject({ status: 204, text: '' });
      expectProblem(await send('GET', pathWith(path, place)), 'not-found');
    });

    test('is written down, with who did it', async () => {
      const { place, issuer } = await newPlace();
      const label = unique('Operator');
      const own = new AccessClient(scenario, await access.newKey({ ...place, label }));
      await own.ask('DELETE', path);
      expect(await own.lastDeed('jwt_issuer.updated')).toEqual({
        api_key_label: label,
        tenant_id: place.tenant_id,
        issuer: issuer.entry.issuer,
        deleted: true,
      });
    });
  });

  scenario.describeGateway('400', () => {
    test('refuses an environment that there is not', async () =>
      expectFaults(await send('DELETE', `${path}?environment=staging`), ['query.environment', 'enum']));
  });

  scenario.describeGateway('401', () => testUnauthorized(scenario, { method: 'DELETE', path }));

  describe('403', () => {
    test('is the answer for another tenant or environment to whoever does not administer the platform', async () => {
      const { place } = await newPlace();
      const apiKey = await access.newKey();
      expectForbidden(await send('DELETE', pathWith(path, place), { apiKey }));
      expect(await send('GET', pathWith(path, place))).toMatchObject({ status: 200 });
    });
  });

  describe('404', () => {
    test('is the answer for an environment that trusts nobody', async () => {
      const { place } = await newPlace();
      await send('DELETE', pathWith(path, place));
      expectProblem(await send('DELETE', pathWith(path, place)), 'not-found');
    });
  });

  describeRepeatable(scenario, async () => ({ method: 'DELETE', path: pathWith(path, (await newPlace()).place) }));
});
