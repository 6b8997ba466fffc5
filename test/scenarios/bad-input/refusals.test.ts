import { expect, test } from 'vitest';

import { familiesFor } from '../../families.ts';
import { describeTargets } from '../../targets/describe-targets.ts';
import { apiKeys } from '../../targets/target.ts';

for (const family of await familiesFor('badInput')) {
  describeTargets(`a wish of ${family.name} that is refused`, (scenario) => {
    test.each(family.refusals)(
      'changes nothing: $operationId with $reason',
      async ({ prepare, status, names, apiKey = apiKeys.live }) => {
        const { method, path, body } = await prepare(scenario);
        const before = await family.readEverything(scenario);
        const answer = await scenario.send(method, path, { body, apiKey });
        expect(answer).toMatchObject({ status, text: expect.stringContaining(names) });
        expect(await family.readEverything(scenario)).toEqual(before);
      },
    );
  });
}
