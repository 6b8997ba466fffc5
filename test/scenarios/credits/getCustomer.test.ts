import { describeTargets } from '../../targets/describe-targets.ts';
import { describeCustomerReading } from './customer-reading.ts';
import { byId } from './path-forms.ts';
import { testMalformedCustomer } from './unknown-customer.ts';

describeTargets('getCustomer', (scenario) => {
  describeCustomerReading(scenario, byId);

  scenario.describeGateway('400', () => testMalformedCustomer(scenario, byId, { method: 'GET', end: '' }));
});
