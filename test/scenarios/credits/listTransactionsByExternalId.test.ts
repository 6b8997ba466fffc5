import { describeTargets } from '../../targets/describe-targets.ts';
import { byExternalId } from './path-forms.ts';
import { describeTransactionListing } from './transaction-listing.ts';

describeTargets('listTransactionsByExternalId', (scenario) => describeTransactionListing(scenario, byExternalId));
