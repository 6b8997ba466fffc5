import { createHash } from 'node:crypto';

import { openapi } from '@holdfast/contract';

import { createStaticPage } from '../http/static-page.ts';
import type { StaticPage } from '../http/static-page.ts';
import { eventsOf, groupByFamily } from './document-outline.ts';
import type { Family, SentEvent } from './document-outline.ts';
import { resolverOf } from './document.ts';
import type { OpenApiDocument } from './document.ts';
import { pageScript } from './generated/page-script.gen.ts';
import { sdkExamples } from './generated/sdk-examples.gen.ts';
import { Html, html } from './html.ts';
import { renderInline, renderMarkdown } from './markdown.ts';
import { OperationView } from './operation-view.ts';
import { pageStyle } from './page-style.ts';
import { renderNavigation } from './reference-navigation.ts';
import { RequestSamples } from './request-samples.ts';
import { SchemaReader } from './schema-reader.ts';
import { SchemaView } from './schema-view.ts';
import { sharedParameters, sharedSchemas } from './shared-parts.ts';
import { addressVariable } from './tried-operation.ts';

const forPrograms = ['/openapi.json', '/llms.txt', '/llms-full.txt'];

/** The page may use only its own style sheet and script, and ask nobody but this server. */
const contentSecurityPolicy = [
  "default-src 'none'",
  `script-src '${digestOf(pageScript)}'`,
  `style-src '${digestOf(pageStyle)}'`,
  "connect-src 'self'",
  'img-src data:',
  "base-uri 'none'",
  "form-action 'none'",
  "frame-ancestors 'none'",
].join('; ');

/** The contract for people: one page, rendered from the document, that can be read without its script. */
export function createReferencePage(document: object = openapi): StaticPage {
  return createStaticPage({
    headers: { 'Content-Type': 'text/html; charset=utf-8', 'Content-Security-Policy': contentSecurityPolicy },
    render: () => renderReference(document as OpenApiDocument),
  });
}

function renderReference(document: OpenApiDocument): string {
  const { title, version, summary = '', description = '' } = document.info;
  const families = groupByFamily(document);
  const events = eventsOf(document);
  const resolve = resolverOf(document);
  const shared = sharedSchemas(document);
  const schemas = new SchemaView(resolve, new SchemaReader(resolve, shared));
  const samples = new RequestSamples(resolve, sdkExamples);
  const view = new OperationView({ resolve, schemas, sharedParameters: sharedParameters(document), samples });
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
<a class="skip" href="#content">Skip to the content</a>
<div class="side">
<header><a class="brand" href="#content">${title} <small>${version}</small></a>
<form role="search"><input id="search" type="search" aria-label="Search" aria-keyshortcuts="/" placeholder="Search: press /" autocomplete="off" spellcheck="false">
<p id="found" role="status"></p></form></header>
${renderNavigation({ families, events, schemas: shared, forPrograms })}
</div>
<main id="content" tabindex="-1">
<div class="introduction">
<h1>${title} <small>${version}</small></h1>
<p>${summary}</p>
${renderMarkdown(description)}
<h2>API keys</h2>
<ul>${securityOf(document).map((scheme) => html`<li>${renderInline(scheme)}</li>`)}</ul>
<h2>Examples</h2>
<p>Those for curl take the server's address and your API key from <code>${addressVariable}</code> and <code>$HOLDFAST_API_KEY</code>. Those in TypeScript use a client of the package <code>@holdfast/sdk</code>:</p>
<pre tabindex="0">const holdfast = new Holdfast({ baseUrl: process.env.HOLDFAST_URL!, apiKey: process.env.HOLDFAST_API_KEY! });</pre>
</div>
${renderFamilies(families, view)}
${renderEvents(events, view)}
<section id="parameters"><h2>Parameters of many operations</h2>${view.renderSharedParameters()}</section>
${renderSharedAnswers(document, view)}
${renderSharedSchemas(document, shared, schemas)}
</main>
<p id="announcement" role="status"></p>
<script>${new Html(pageScript)}</script>
</body>
</html>
`;
  return page.text;
}

function securityOf({ components: { securitySchemes = {} } = {} }: OpenApiDocument): readonly string[] {
  return Object.values(securitySchemes).map(({ description = '' }) => description);
}

function renderFamilies(families: readonly Family[], view: OperationView): readonly Html[] {
  return families.flatMap((family) =>
    family.groups.map(({ name, description, operations }) => {
      const articles = operations.map((operation) => view.render(operation));
      return html`<section><h2>${name} <small>${family.name}</small></h2>${renderMarkdown(description)}${articles}</section>`;
    }),
  );
}

function renderEvents(events: readonly SentEvent[], view: OperationView): Html {
  const [first] = events;
  if (first === undefined) return html``;
  const articles = events.map(({ type, operation }) => view.renderEvent(type, operation));
  return html`<section><h2>What is sent <small>to streams and webhooks</small></h2>
<p>Each event is JSON: the <code>data</code> of a stream, and the body of a request to a webhook.</p>
<article id="deliveries"><h3><a href="#deliveries">Each request to a webhook</a></h3>${view.renderDelivery(first.operation)}</article>${articles}</section>`;
}

function renderSharedAnswers({ components: { responses = {} } = {} }: OpenApiDocument, view: OperationView): Html {
  const answers = Object.entries(responses).map(([name, answer]) => view.renderShared(name, answer));
  return html`<section id="answers"><h2>Answers of many operations</h2>${answers}</section>`;
}

function renderSharedSchemas(document: OpenApiDocument, shared: ReadonlySet<string>, view: SchemaView): Html {
  const schemas = Object.entries(document.components?.schemas ?? {}).filter(([name]) => shared.has(name));
  if (schemas.length === 0) return html``;
  return html`<section><h2>Schemas <small>that several have</small></h2>${schemas.map(([name, schema]) => view.renderShared(name, schema))}</section>`;
}

function digestOf(text: string): string {
  return `sha256-${createHash('sha256').update(text).digest('base64')}`;
}
