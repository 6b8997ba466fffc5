import { admitKnown, Gateway } from '@holdfast/gateway';

/** As a gateway answers with a problem, for parts of the server that are tested without one. */
export const { answerProblem } = new Gateway({
  service: { call: () => Promise.reject(new Error('No request goes this far.')) },
  environment: { newToken: () => 'new-token', sha256: (text) => text },
  access: admitKnown(() => undefined),
  onError: () => {},
});
