import { describeTargets } from '../../targets/describe-targets.ts';
import { describeTransactionListing } from './transaction-listing.ts';
import { byId } from './path-forms.ts';

describeTargets('listTransactions', (scenario) => describeTransactionListing(scenario, byId));
