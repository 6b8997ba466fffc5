/** What the page's script must know to send a request. The server writes it, as JSON, into the button "Try it". */
export interface TriedOperation {
  readonly operationId: string;
  readonly method: string;
  /** With parameters in braces. */
  readonly path: string;
  /** Whether it is asked without a key. */
  readonly isOpen: boolean;
}

/** The address in the examples, which the page's script replaces by the server's. */
export const addressVariable = '$HOLDFAST_URL';
