import { describeTargets } from '../../targets/describe-targets.ts';
import { describeAccountReading } from './account-reading.ts';
import { byExternalId } from './path-forms.ts';

describeTargets('getAccountByExternalId', (scenario) => describeAccountReading(scenario, byExternalId));
