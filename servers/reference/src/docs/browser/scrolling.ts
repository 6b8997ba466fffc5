/**
 * Code that is wider than its box is scrolled with the keyboard, so it can be focused: without this, all code can. What
 * fits is no stop on a reader's way through the page.
 */
export function keepCodeReachable(): void {
  const sizes = new ResizeObserver((entries) => {
    for (const { target } of entries) {
      const scrolls = target.scrollWidth > target.clientWidth || target.scrollHeight > target.clientHeight;
      if (scrolls) target.setAttribute('tabindex', '0');
      else target.removeAttribute('tabindex');
    }
  });
  for (const code of document.querySelectorAll('main pre')) sizes.observe(code);
}
