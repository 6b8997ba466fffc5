import { describeTargets } from '../../targets/describe-targets.ts';
import { byId } from './path-forms.ts';
import { describeThresholdSetting } from './threshold-setting.ts';

describeTargets('putCreditThresholds', (scenario) => describeThresholdSetting(scenario, byId));
