import { describeTargets } from '../../targets/describe-targets.ts';
import { describeAdjusting } from './adjusting.ts';
import { byId } from './path-forms.ts';

describeTargets('adjustCredits', (scenario) => describeAdjusting(scenario, byId));
