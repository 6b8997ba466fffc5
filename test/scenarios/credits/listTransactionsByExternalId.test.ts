import { describeTargets } from '../../targets/describe-targets.ts';
import { describeTransactionListing } from './transaction-listing.ts';
import { byExternalId } from './path-forms.ts';

describeTargets('listTransactionsByExternalId', (scenario) => describeTransactionListing(scenario, byExternalId));
