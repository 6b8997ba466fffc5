import { describeTargets } from '../../targets/describe-targets.ts';
import { describeHoldListing } from './hold-listing.ts';
import { byExternalId } from './path-forms.ts';

describeTargets('listHoldsByExternalId', (scenario) => describeHoldListing(scenario, byExternalId));
