import type { IncomingMessage } from 'node:http';

import { openapi } from '@holdfast/contract';

import { PageTemplate } from '../http/page.ts';
import type { Page } from '../http/page.ts';
import { originOf } from '../http/request-origin.ts';
import { createStaticPage } from '../http/static-page.ts';
import type { StaticPage } from '../http/static-page.ts';
import type { OpenApiDocument } from './document.ts';
import { renderReferenceAsMarkdown } from './reference-markdown.ts';
import { renderTextIndex } from './text-index.ts';

/** A placeholder for the server's address until the page is requested. */
const originPlaceholder = 'http://holdfast.invalid';
const headers = { 'Content-Type': 'text/markdown; charset=utf-8' };

/** `/llms.txt`: what there is to read here, for language models, as llmstxt.org has it. */
export function createIndexTextPage(document: object = openapi): (request: IncomingMessage) => Page {
  const template = new PageTemplate(renderTextIndex(document as OpenApiDocument, originPlaceholder), originPlaceholder);
  return (request) => ({ headers, body: template.fill(originOf(request)) });
}

/** `/llms-full.txt`: all of the reference as Markdown. */
export function createFullTextPage(document: object = openapi): StaticPage {
  return createStaticPage({ headers, render: () => renderReferenceAsMarkdown(document as OpenApiDocument) });
}
