import type { Family, SentEvent } from './document-outline.ts';
import { html } from './html.ts';
import type { Html } from './html.ts';

interface Entry {
  readonly href: string;
  readonly text: string;
}

interface Contents {
  readonly families: readonly Family[];
  readonly events: readonly SentEvent[];
  readonly schemas: ReadonlySet<string>;
  /** Paths of what programs read. */
  readonly forPrograms: readonly string[];
}

/** The list of everything on the page. On a narrow screen it is folded away. */
export function renderNavigation({ families, events, schemas, forPrograms }: Contents): Html {
  const eventLinks = events.map(({ type, operation }) => ({ href: `#${operation.operationId}`, text: type }));
  const schemaLinks = [...schemas].map((name) => ({ href: `#schema-${name}`, text: name }));
  return html`<nav aria-label="Reference"><details><summary>All operations</summary>
${families.map(renderFamily)}${renderPart('What is sent', eventLinks)}
${renderPart('Shared', [
  { href: '#parameters', text: 'Parameters of many operations' },
  { href: '#answers', text: 'Answers of many operations' },
])}
${renderPart('Schemas', schemaLinks)}
${renderPart(
  'For programs',
  forPrograms.map((path) => ({ href: path, text: path })),
)}
</details></nav>`;
}

function renderFamily({ name, groups }: Family): Html {
  const lists = groups.map((group) => {
    const links = group.operations.map(({ operation: { operationId, summary = operationId } }) => ({
      href: `#${operationId}`,
      text: summary,
    }));
    return html`<div class="group"><p>${group.name}</p>${renderLinks(links)}</div>`;
  });
  return html`<div class="family"><p class="family-name">${name}</p>${lists}</div>`;
}

function renderPart(name: string, links: readonly Entry[]): Html {
  if (links.length === 0) return html``;
  return html`<div class="family"><p class="family-name">${name}</p>${renderLinks(links)}</div>`;
}

function renderLinks(links: readonly Entry[]): Html {
  return html`<ul>${links.map(({ href, text }) => html`<li><a href="${href}">${text}</a></li>`)}</ul>`;
}
