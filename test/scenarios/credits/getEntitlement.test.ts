import { describeTargets } from '../../targets/describe-targets.ts';
import { describeEntitlement } from './entitlement.ts';
import { byId } from './path-forms.ts';

describeTargets('getEntitlement', (scenario) => describeEntitlement(scenario, byId));
