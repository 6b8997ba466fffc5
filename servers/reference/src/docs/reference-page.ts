import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';

import { openapi } from '@holdfast/contract';

import { PageTemplate } from '../http/page.ts';
import type { Page } from '../http/page.ts';
import { originOf } from '../http/request-origin.ts';
import { resolverOf } from './document.ts';
import type { OpenApiDocument, Operation } from './document.ts';
import { Html, html } from './html.ts';
import { renderInline, renderMarkdown } from './markdown.ts';
import { OperationView, originPlaceholder } from './operation-view.ts';
import type { OperationAt } from './operation-view.ts';
import { pageStyle } from './page-style.ts';

const methods: readonly string[] = ['get', 'put', 'post', 'delete', 'patch'];
const documentUrl = '/openapi.json';

/** The page may use only its own style sheet: no scripts, nothing from elsewhere. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `style-src 'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'`,
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The contract for people: one page of plain HTML, rendered from the document. */
export function createReferencePage(document: object = openapi): (request: IncomingMessage) => Page {
  let template: PageTemplate | undefined;
  return (request) => {
    template ??= new PageTemplate(renderReference(document as OpenApiDocument), originPlaceholder);
    return {
      headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': contentSecurityPolicy },
      body: template.fill(originOf(request)),
    };
  };
}

function renderReference(document: OpenApiDocument): string {
  const { title, version, summary = '', description = '' } = document.info;
  const families = groupByFamily(document);
  const events = Object.entries(document.webhooks ?? {}).map(([type, { post }]) => ({ type, operation: post }));
  const view = new OperationView(resolverOf(document));
  const schemes = Object.values(document.components?.securitySchemes ?? {}).map((scheme) => scheme.description ?? '');
  const page = html`<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title}: API reference</title>
<link rel="icon" href="data:,">
<style>${new Html(pageStyle)}</style>
</head>
<body>
<nav><strong>${title}</strong>${families.map(renderLinks)}${renderEventLinks(events)}
<h2>Shared</h2><ul><li><a href="#answers">Answers of many operations</a></li></ul>
<h2>For programs</h2><ul><li><a href="${documentUrl}">${documentUrl}</a></li></ul></nav>
<main>
<h1>${title} <small>${version}</small></h1>
<p>${summary}</p>
${renderMarkdown(description)}
<h4>API keys</h4>
<ul>${schemes.map((scheme) => html`<li>${renderInline(scheme)}</li>`)}</ul>
${renderFamilies(families, view)}
${renderEvents(events, view)}
${renderSharedAnswers(document, view)}
</main>
</body>
</html>
`;
  return page.text;
}

interface TagGroup {
  readonly name: string;
  readonly description: string;
  readonly operations: readonly OperationAt[];
}

interface Family {
  readonly name: string;
  readonly groups: readonly TagGroup[];
}

/** By the document's groups of tags; all tags are one group where it has none. */
function groupByFamily(document: OpenApiDocument): readonly Family[] {
  const groups = groupByTag(document);
  const families = document['x-tagGroups'] ?? [{ name: 'Operations', tags: groups.map(({ name }) => name) }];
  return families.map(({ name, tags }) => ({ name, groups: groups.filter((group) => tags.includes(group.name)) }));
}

function groupByTag({ paths, tags = [] }: OpenApiDocument): readonly TagGroup[] {
  const all = Object.entries(paths).flatMap(([path, item]) =>
    Object.entries(item)
      .filter(([method]) => methods.includes(method))
      .map(([method, operation]) => ({ method, path, operation })),
  );
  return tags.map(({ name, description = '' }) => ({
    name,
    description,
    operations: all.filter(({ operation }) => operation.tags?.[0] === name),
  }));
}

function renderLinks({ name, groups }: Family): Html {
  const lists = groups.map((group) => {
    const links = group.operations.map(({ operation: { operationId, summary = operationId } }) => {
      return html`<li><a href="#${operationId}">${summary}</a></li>`;
    });
    return html`<h3>${group.name}</h3><ul>${links}</ul>`;
  });
  return html`<h2>${name}</h2>${lists}`;
}

interface SentEvent {
  readonly type: string;
  readonly operation: Operation;
}

function renderEventLinks(events: readonly SentEvent[]): Html {
  if (events.length === 0) return html``;
  const links = events.map(({ type, operation }) => html`<li><a href="#${operation.operationId}">${type}</a></li>`);
  return html`<h2>What is sent</h2><ul>${links}</ul>`;
}

function renderEvents(events: readonly SentEvent[], view: OperationView): Html {
  const [first] = events;
  if (first === undefined) return html``;
  const articles = events.map(({ type, operation }) => view.renderEvent(type, operation));
  return html`<section><h2>What is sent <small>to streams and webhooks</small></h2>
<p>Each event is JSON: the <code>data</code> of a stream, and the body of a request to a webhook, which has these headers.</p>
${view.renderDelivery(first.operation)}${articles}</section>`;
}

function renderSharedAnswers({ components: { responses = {} } = {} }: OpenApiDocument, view: OperationView): Html {
  const answers = Object.entries(responses).map(([name, answer]) => view.renderShared(name, answer));
  return html`<section id="answers"><h2>Answers of many operations</h2>${answers}</section>`;
}

function renderFamilies(families: readonly Family[], view: OperationView): readonly Html[] {
  return families.flatMap((family) =>
    family.groups.map(({ name, description, operations }) => {
      const articles = operations.map((operation) => view.render(operation));
      return html`<section><h2>${name} <small>${family.name}</small></h2>${renderMarkdown(description)}${articles}</section>`;
    }),
  );
}
