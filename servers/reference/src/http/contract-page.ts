import type { IncomingMessage } from 'node:http';

import { openapi } from '@holdfast/contract';

import { PageTemplate } from './page.ts';
import type { Page } from './page.ts';
import { originOf } from './request-origin.ts';

const gap = 'http://holdfast.invalid';

/** The contract with the requested server's address as its server, so that tools can call it. */
export function createDocumentPage(): (request: IncomingMessage) => Page {
  const servers = [{ url: gap, description: 'The server that serves this document.' }];
  const template = new PageTemplate(JSON.stringify({ ...openapi, servers }), gap);
  return (request) => ({
    headers: { 'Content-Type': 'application/json; charset=utf-8' },
    // A host name contains no character that JSON escapes.
    body: template.fill(originOf(request) || '/'),
  });
}
