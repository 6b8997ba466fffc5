export interface TriedParameter {
  readonly name: string;
  readonly in: string;
  readonly required: boolean;
  /** Empty for what need not be given. */
  readonly example: string;
}

export interface OperationInputs {
  readonly parameters: readonly TriedParameter[];
  /** An example of the body, as JSON; undefined for an operation without one. */
  readonly body: string | undefined;
}

/** What an operation takes, as its article says. */
export function readInputs(article: Element): OperationInputs {
  const terms = [...article.querySelectorAll<HTMLElement>('dt[data-in]')];
  const parameters = terms.map((term) => ({
    name: term.querySelector('code')?.textContent ?? '',
    in: term.dataset['in'] ?? '',
    required: term.querySelector('b') !== null,
    example: term.dataset['example'] ?? '',
  }));
  return { parameters, body: article.querySelector('.body .example pre')?.textContent };
}
