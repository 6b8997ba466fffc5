import { describeTargets } from '../../targets/describe-targets.ts';
import { describeCustomerUpdating } from './customer-updating.ts';
import { byExternalId } from './path-forms.ts';

describeTargets('updateCustomerByExternalId', (scenario) => describeCustomerUpdating(scenario, byExternalId));
