import { describeTargets } from '../../targets/describe-targets.ts';
import { describeGranting } from './granting.ts';
import { byExternalId } from './path-forms.ts';

describeTargets('grantCreditsByExternalId', (scenario) => describeGranting(scenario, byExternalId));
