import { printable } from './printable.ts';

/** What stands in a cell; null where there is nothing. */
export type Cell = string | number | null;

/** A heading, and what of an item stands below it. */
export type Column<Item> = readonly [heading: string, read: (item: Item) => Cell];

/** A table without lines: headings, then a row for each item. Numbers are aligned to the right. */
export function formatTable<Item>(items: readonly Item[], columns: readonly Column<Item>[]): string {
  const cells = items.map((item) => columns.map(([, read]) => read(item)));
  const areNumbers = columns.map((_, index) => areNumeric(cells.map((row) => row[index] ?? null)));
  const headings = columns.map(([heading]) => heading.toUpperCase());
  return alignColumns([headings, ...cells.map((row) => row.map(textOf))], areNumbers);
}

/** What there is to say of one thing: a line for each of its members. */
export function formatRecord(rows: readonly (readonly [name: string, value: Cell])[]): string {
  return alignColumns(
    rows.map(([name, value]) => [name, textOf(value)]),
    [],
  );
}

function alignColumns(rows: readonly (readonly string[])[], toTheRight: readonly boolean[]): string {
  const widths: number[] = [];
  for (const row of rows) {
    for (const [index, text] of row.entries()) widths[index] = Math.max(widths[index] ?? 0, widthOf(text));
  }
  const align = (text: string, index: number) => {
    const space = ' '.repeat((widths[index] ?? 0) - widthOf(text));
    return toTheRight[index] === true ? space + text : text + space;
  };
  return rows.map((row) => `${row.map(align).join('  ').trimEnd()}\n`).join('');
}

/** `unlimited` stands among numbers, too. A column of nothing is none of numbers. */
function areNumeric(cells: readonly Cell[]): boolean {
  const filled = cells.filter((cell) => cell !== null);
  return filled.length > 0 && filled.every((cell) => typeof cell === 'number' || cell === 'unlimited');
}

function textOf(cell: Cell): string {
  return cell === null || cell === '' ? '-' : printable(String(cell));
}

const segmenter = new Intl.Segmenter();
const wide =
  /\p{Emoji_Presentation}|[\u1100-\u115f\u2e80-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|[\u{20000}-\u{3fffd}]/u;

/** How many columns of a terminal a text takes: two for each Chinese, Japanese or Korean character, and each emoji. */
function widthOf(text: string): number {
  if (/^[ -~]*$/u.test(text)) return text.length;
  let width = 0;
  for (const { segment } of segmenter.segment(text)) width += wide.test(segment) ? 2 : 1;
  return width;
}
