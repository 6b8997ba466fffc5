import type { IncomingMessage } from 'node:http';

import { openapi } from '@holdfast/contract';

import type { Page } from './page.ts';
import { originOf } from './request-origin.ts';

/** The contract, with the server that one asked as its server, so that tools can call it right away. */
export function createDocumentPage(): (request: IncomingMessage) => Page {
  return (request) => {
    const servers = [{ url: originOf(request) || '/', description: 'The server that serves this document.' }];
    return {
      headers: { 'Content-Type': 'application/json; charset=utf-8' },
      body: JSON.stringify({ ...openapi, servers }),
    };
  };
}
