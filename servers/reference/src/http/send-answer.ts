import type { OutgoingHttpHeaders, ServerResponse } from 'node:http';

import type { TextAnswer } from '@holdfast/gateway';

import type { Page } from './page.ts';
import { unfetchedAnswers } from './unfetched-answers.ts';

/** What the gateway answers, or a page of the server's own, which may be encoded already. */
type SentAnswer = Omit<TextAnswer, 'body'> & Pick<Page, 'body' | 'cookies'>;

/** Sends an answer; `isLast` ends the connection with it. */
export function sendAnswer(response: ServerResponse, answer: SentAnswer, { isLast = false } = {}): void {
  const bytes = Buffer.byteLength(answer.body);
  const headers: OutgoingHttpHeaders = { ...answer.headers };
  if (answer.cookies !== undefined) headers['Set-Cookie'] = [...answer.cookies];
  if (answer.status !== 204) headers['Content-Length'] = bytes;
  if (isLast) headers['Connection'] = 'close';
  response.writeHead(answer.status, headers);
  // Text with one byte per character is ASCII, which Node writes faster as `latin1`.
  response.end(answer.body, bytes === answer.body.length ? 'latin1' : 'utf8');
  unfetchedAnswers.watch(response);
}
