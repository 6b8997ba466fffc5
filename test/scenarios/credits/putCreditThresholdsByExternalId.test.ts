import { describeTargets } from '../../targets/describe-targets.ts';
import { byExternalId } from './path-forms.ts';
import { describeThresholdSetting } from './threshold-setting.ts';

describeTargets('putCreditThresholdsByExternalId', (scenario) => describeThresholdSetting(scenario, byExternalId));
