import { describeTargets } from '../../targets/describe-targets.ts';
import { describeCustomerUpdating } from './customer-updating.ts';
import { byId } from './path-forms.ts';

describeTargets('updateCustomer', (scenario) => describeCustomerUpdating(scenario, byId));
