import { describeTargets } from '../../targets/describe-targets.ts';
import { describeAuditing } from './auditing.ts';
import { byId } from './path-forms.ts';

describeTargets('auditAccount', (scenario) => describeAuditing(scenario, byId));
