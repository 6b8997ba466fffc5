import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import type { AnswerProblem } from '@holdfast/gateway';

import type { Metrics } from '../health/metrics.ts';
import { askedBy } from './asked-by.ts';
import type { Page } from './page.ts';
import { metricsTokenWrong } from './transport-problems.ts';

export interface MetricsPageOptions {
  readonly metrics: Pick<Metrics, 'registry' | 'text'>;
  /** What `Authorization: Bearer` must hold; undefined: anybody may read the metrics. */
  readonly token: string | undefined;
  readonly newToken: () => string;
  readonly answerProblem: AnswerProblem;
}

/** Serves `/metrics`, to those who know its token if it has one. */
export function createMetricsPage(options: MetricsPageOptions): (request: IncomingMessage) => Promise<Page> {
  const { metrics, token, newToken, answerProblem } = options;
  const isAllowed = token === undefined ? () => true : createTokenCheck(token);
  return async (request) => {
    if (isAllowed(request)) {
      return { headers: { 'Content-Type': metrics.registry.contentType }, body: await metrics.text() };
    }
    const answer = answerProblem(metricsTokenWrong, askedBy(request, newToken));
    return { ...answer, headers: { ...answer.headers, 'WWW-Authenticate': 'Bearer' } };
  };
}

/** Digests have one length, so that the time of the comparison tells nothing about the token. */
function createTokenCheck(token: string): (request: IncomingMessage) => boolean {
  const expected = digest(token);
  return ({ headers }) => {
    const given = /^Bearer +(\S+)$/iu.exec(headers.authorization ?? '')?.[1];
    return given !== undefined && timingSafeEqual(digest(given), expected);
  };
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
