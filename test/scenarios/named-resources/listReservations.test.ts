import { describeTargets } from '../../targets/describe-targets.ts';
import { describeReservationListing } from './reservation-listing.ts';

describeTargets('listReservations', (scenario) => describeReservationListing(scenario, '/api/v1/Reservation'));
