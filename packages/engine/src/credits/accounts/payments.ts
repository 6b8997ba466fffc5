import { canonicalJson } from '../../shared/canonical-json.ts';
import type { Block, Payment } from '../records.ts';
import type { CreditState } from '../state.ts';
import type { GrantCommand } from './grants.ts';

export type PaymentOutcome =
  | { readonly status: 'NEW' }
  | { readonly status: 'CREDITED'; readonly payment: Payment }
  | { readonly status: 'OTHER_CONTENT' };

/** Whether a payment has been credited to this customer, and for the same content. */
export function findPayment(state: CreditState, command: GrantCommand): PaymentOutcome {
  const { credits, externalPaymentId } = command;
  const payment = externalPaymentId === null ? undefined : state.payment(externalPaymentId);
  if (payment === undefined) return { status: 'NEW' };

  const block = state.block(payment.blockId);
  const isSame = block.original === credits && contentOf(block) === contentOf(command);
  return isSame ? { status: 'CREDITED', payment } : { status: 'OTHER_CONTENT' };
}

type Content = Pick<Block, 'pricePaid' | 'currency' | 'packageId' | 'priority' | 'expiresAtMs' | 'metadataJson'>;

function contentOf({ pricePaid, currency, packageId, priority, expiresAtMs, metadataJson }: Content): string {
  const metadata: unknown = metadataJson === null ? null : JSON.parse(metadataJson);
  return canonicalJson([pricePaid, currency, packageId, priority, expiresAtMs, metadata]);
}
