import type { IncomingMessage, ServerResponse } from 'node:http';

import { Rations } from '@holdfast/engine';
import { bodyCompressed, bodyTooLarge, notJson } from '@holdfast/gateway';
import type { Problem } from '@holdfast/gateway';

import type { Page } from '../http/page.ts';
import { readBody } from '../http/read-body.ts';
import { isFromOwnPage } from './same-origin.ts';
import { siteOf } from './site.ts';
import type { Site } from './site.ts';

/** The longest body, in bytes: some ids and a token. */
const mostBodyBytes = 4_096;

const rations = new Rations(setImmediate, mostBodyBytes * 16);

/** A JSON object's members, which may be anything. */
export type Members = Readonly<Record<string, unknown>>;

/** What a page of this server has it do: a POST with a JSON object, or with no body. */
export type Action = (request: IncomingMessage, members: Members, site: Site) => Promise<Page | Problem>;

const notOwnPage: Problem = {
  code: 'forbidden',
  message:
    'Only pages of this server may ask for this, by https or on loopback. Behind a proxy, set HOLDFAST_PUBLIC_URL.',
};

const bodyWrong: Problem = {
  code: 'invalid_request',
  message: 'The body must be a JSON object in UTF-8.',
  details: [{ field: 'body', rule: 'json', message: 'must be a JSON object in UTF-8' }],
};

const unreadProblems = { tooLarge: bodyTooLarge, compressed: bodyCompressed, notUtf8: bodyWrong };

/** Carries out an action if a page of this server asks for it. Undefined: the client went away meanwhile. */
export async function carryOut(
  action: Action,
  response: ServerResponse,
  publicUrl: string | undefined,
): Promise<Page | Problem | undefined> {
  const request = response.req;
  const site = siteOf(request, publicUrl);
  if (site === undefined || !isFromOwnPage(request, site)) return notOwnPage;
  const body = await readBody(response, mostBodyBytes, rations);
  if (body === undefined) return undefined;
  if (typeof body !== 'string') return unreadProblems[body.unread];
  if (body === '') return action(request, {}, site);
  const mediaType = request.headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (mediaType !== 'application/json') return notJson(mediaType);
  const members = parseMembers(body);
  return members === undefined ? bodyWrong : action(request, members, site);
}

function parseMembers(body: string): Members | undefined {
  try {
    const value: unknown = JSON.parse(body);
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Members) : undefined;
  } catch {
    return undefined;
  }
}
