import { describeTargets } from '../../targets/describe-targets.ts';
import { describeGranting } from './granting.ts';
import { byId } from './path-forms.ts';

describeTargets('grantCredits', (scenario) => describeGranting(scenario, byId));
