import { describeTargets } from '../../targets/describe-targets.ts';
import { byId } from './path-forms.ts';
import { describeTransactionListing } from './transaction-listing.ts';

describeTargets('listTransactions', (scenario) => describeTransactionListing(scenario, byId));
