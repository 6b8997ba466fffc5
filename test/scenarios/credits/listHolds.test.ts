import { describeTargets } from '../../targets/describe-targets.ts';
import { describeHoldListing } from './hold-listing.ts';
import { byId } from './path-forms.ts';

describeTargets('listHolds', (scenario) => describeHoldListing(scenario, byId));
