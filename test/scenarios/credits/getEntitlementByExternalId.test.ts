import { describeTargets } from '../../targets/describe-targets.ts';
import { describeEntitlement } from './entitlement.ts';
import { byExternalId } from './path-forms.ts';

describeTargets('getEntitlementByExternalId', (scenario) => describeEntitlement(scenario, byExternalId));
