/** Stands for the id that the service gives to what the model calls by this name. */
export class Name {
  readonly text: string;

  constructor(text: string) {
    this.text = text;
  }
}

export function nameOf(text: string): Name {
  return new Name(text);
}
