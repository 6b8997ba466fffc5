// What Starlight leaves open for the keyboard and for screen readers.

/** Names of its own for blocks of code, which are regions where they scroll. */
for (const [index, block] of document.querySelectorAll('.expressive-code pre').entries()) {
  block.setAttribute('aria-label', `Code ${index + 1}`);
}

/** Tables that scroll do so by keyboard too. */
for (const table of document.querySelectorAll('.sl-markdown-content table')) table.tabIndex = 0;

/** The name of the button is what it shows, its shortcut too. */
for (const button of document.querySelectorAll('site-search button[data-open-modal]')) {
  button.setAttribute('aria-label', button.textContent.replaceAll(/\s+/gu, ' ').trim());
}

/** A cell above a column that needs no name is no heading. */
for (const heading of document.querySelectorAll('.sl-markdown-content th:empty')) {
  heading.replaceWith(document.createElement('td'));
}
