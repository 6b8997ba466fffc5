import { once } from 'node:events';

import { formatRecord, formatTable } from './table.ts';
import type { Cell, Column } from './table.ts';

/** Prints what a command has found or done: for people, or with `--json` for programs. */
export class Printer {
  readonly #isJson: boolean;

  constructor(isJson: boolean) {
    this.#isJson = isJson;
  }

  /** All of a list, or at most so many of it. For programs it is an array. */
  async list<Item>(
    items: AsyncIterable<Item>,
    { columns, most = Infinity }: { readonly columns: readonly Column<Item>[]; readonly most?: number | undefined },
  ): Promise<void> {
    const found: Item[] = [];
    let isCut = false;
    for await (const item of items) {
      isCut = found.length === most;
      if (isCut) break;
      found.push(item);
    }
    if (this.#isJson) return write(found);
    process.stdout.write(found.length === 0 ? '' : formatTable(found, columns));
    if (found.length === 0) note('There are none.');
    if (isCut) note(`There are more than these ${most}.`);
  }

  record(value: unknown, rows: readonly (readonly [name: string, value: Cell])[]): void {
    if (this.#isJson) write(value);
    else process.stdout.write(formatRecord(rows));
  }

  /** A table that is not one list of the server's. */
  table<Item>(value: unknown, items: readonly Item[], columns: readonly Column<Item>[]): void {
    if (this.#isJson) write(value);
    else process.stdout.write(formatTable(items, columns));
  }

  /** A value for which the command was called: it alone goes to standard output, what there is to know beside it. */
  value(answer: unknown, value: string, about: string): void {
    if (this.#isJson) return write(answer);
    process.stdout.write(`${value}\n`);
    note(about);
  }

  /** One of what has no end: a line each, also for programs. Resolves when there is room for the next. */
  async line(value: unknown, text: string): Promise<void> {
    const isRoom = process.stdout.write(`${this.#isJson ? JSON.stringify(value) : text}\n`);
    if (!isRoom) await once(process.stdout, 'drain');
  }

  /** What people should know beside it; also that it is done, where the server had nothing to answer. */
  about(sentence: string): void {
    if (!this.#isJson) note(sentence);
  }
}

function write(value: unknown): void {
  process.stdout.write(`${JSON.stringify(value, null, 2)}\n`);
}

/** What is for people alone, so that it stands in nobody's pipe. */
function note(text: string): void {
  process.stderr.write(`${text}\n`);
}
