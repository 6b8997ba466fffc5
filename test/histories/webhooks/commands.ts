/** One request, of one of the tenants. */
export type Command = { readonly type: 'create'; readonly tenant: string; readonly text: string } | EndpointCommand;

/** Of an endpoint: by its id, or by the name that it has here. */
export type EndpointCommand =
  | { readonly type: 'look' | 'delete'; readonly tenant: string; readonly endpoint: string }
  | { readonly type: 'change'; readonly tenant: string; readonly endpoint: string; readonly text: string };

export interface Answer {
  readonly status: number;
  /** Of what was created. */
  readonly id?: string;
  /** The description, where an endpoint was shown. */
  readonly text?: string;
}
