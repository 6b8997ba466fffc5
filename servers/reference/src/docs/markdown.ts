import type { Html } from './html.ts';
import { html } from './html.ts';

/** The little Markdown that descriptions in the contract use: paragraphs, lists, `code` and **bold**. */
export function renderMarkdown(text: string): Html {
  const blocks = text.trim().split(/\n{2,}/u);
  return html`${blocks.map((block) => (block.startsWith('- ') ? renderList(block) : html`<p>${renderInline(block)}</p>`))}`;
}

function renderList(block: string): Html {
  const items = block.slice(2).split(/\n- /u);
  return html`<ul>${items.map((item) => html`<li>${renderInline(item)}</li>`)}</ul>`;
}

export function renderInline(text: string): Html {
  const parts = text.split(/(`[^`]+`|\*\*[^*]+\*\*)/u);
  return html`${parts.map((part) => {
    if (part.startsWith('`') && part.length > 2) return html`<code>${part.slice(1, -1)}</code>`;
    if (part.startsWith('**') && part.length > 4) return html`<strong>${part.slice(2, -2)}</strong>`;
    return part;
  })}`;
}

/** For where the rest of a description is one link away. */
export function firstSentenceOf(text: string): string {
  return text.split(/(?<=\.)\s/u)[0] ?? '';
}
