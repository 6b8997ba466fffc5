/**
 * One request. A hold is named by its id, as on the wire, and by the label in its metadata, by which it is known also
 * while nobody has been told its id.
 */
export type Command =
  | {
      readonly type: 'hold';
      readonly customer: string;
      readonly units: number;
      readonly ttlSeconds: number;
      readonly label: string;
    }
  | (HoldCommand & { readonly type: 'commit'; readonly units: number; readonly isFinal: boolean })
  | (HoldCommand & { readonly type: 'release' | 'getHold' })
  | (HoldCommand & { readonly type: 'extend'; readonly units?: number; readonly ttlSeconds?: number })
  | { readonly type: 'use'; readonly customer: string; readonly units: number; readonly eventId?: string }
  /** With a payment it is bought: of those, each is credited once. Others may expire, and have a label in their metadata. */
  | {
      readonly type: 'grant';
      readonly customer: string;
      readonly credits: number;
      readonly paymentId?: string;
      readonly label?: string;
      readonly expiresAtMs?: number;
    }
  | { readonly type: 'adjust'; readonly customer: string; readonly delta: number }
  | { readonly type: 'getAccount' | 'listHolds' | 'audit'; readonly customer: string };

export interface HoldCommand {
  readonly customer: string;
  readonly id: string;
  readonly label: string;
}

export type CommandOf<Type extends Command['type']> = Command & { readonly type: Type };

export interface Answer {
  readonly status: number;
  /** As JSON. */
  readonly body: unknown;
}

/** Whether the command may be answered with this: 400 says that what was granted has expired on its way. */
export function isForeseen(command: Command, status: number): boolean {
  if (status === 400) return command.type === 'grant' && command.expiresAtMs !== undefined;
  return status < 300 || status === 402 || status === 409;
}

export function isSuccess({ status }: Answer): boolean {
  return status < 300;
}

/** The slug of a problem, which clients go by. */
export function problemOf({ body }: Answer): string {
  return (
    String((body as { readonly type?: string }).type)
      .split('/')
      .at(-1) ?? ''
  );
}
