import { describeTargets } from '../../targets/describe-targets.ts';
import { describeAdjusting } from './adjusting.ts';
import { byExternalId } from './path-forms.ts';

describeTargets('adjustCreditsByExternalId', (scenario) => describeAdjusting(scenario, byExternalId));
