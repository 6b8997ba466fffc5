import { describeTargets } from '../../targets/describe-targets.ts';
import { describeAuditing } from './auditing.ts';
import { byExternalId } from './path-forms.ts';

describeTargets('auditAccountByExternalId', (scenario) => describeAuditing(scenario, byExternalId));
