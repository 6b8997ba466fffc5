/** A block of a stream of server-sent events. */
export interface ServerSentEvent {
  /** The last id that the stream has named, with this block or before it; empty before the first one. */
  readonly id: string;
  /** Its data, with a line feed between its lines; empty for a block that has only an id. */
  readonly data: string;
}

/**
 * Takes a stream of server-sent events apart, as the HTML standard has it. Of its fields, `event` and `retry` are left
 * out: Holdfast's events name their type in their data. Blocks without data are kept, for the sake of their ids.
 */
export class EventStreamParser {
  #line = '';
  #endsWithReturn = false;
  #id = '';
  #data: string[] = [];
  #isEmpty = true;

  /** The blocks that this piece of the stream completes. */
  push(text: string): ServerSentEvent[] {
    // A line feed after a carriage return belongs to it, also if it comes in the next piece.
    const rest = this.#endsWithReturn ? text.replace(/^\n/, '') : text;
    if (text !== '') this.#endsWithReturn = text.endsWith('\r');
    const lines = (this.#line + rest).split(/\r\n|\r|\n/);
    this.#line = lines.pop()!;
    return lines.flatMap((line) => (line === '' ? this.#endBlock() : this.#readLine(line)));
  }

  #readLine(line: string): [] {
    const [, name, value = ''] = /^([^:]*)(?:: ?)?(.*)$/s.exec(line)!;
    if (name === 'data') this.#data.push(value);
    else if (name === 'id' && !value.includes('\0')) this.#id = value;
    else return [];
    this.#isEmpty = false;
    return [];
  }

  #endBlock(): ServerSentEvent[] {
    const block = { id: this.#id, data: this.#data.join('\n') };
    const isEmpty = this.#isEmpty;
    this.#data = [];
    this.#isEmpty = true;
    return isEmpty ? [] : [block];
  }
}
