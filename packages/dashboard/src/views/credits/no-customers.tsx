import { RequestSample } from '../../session/request-sample.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

/** Teaches how there would be a customer. */
export function NoCustomers() {
  return (
    <EmptyState
      icon="credits"
      title="No customers yet"
      description="A top-up makes the customer that it names, with a first block of credits. Amounts are millicredits: 50,000 are 50 credits."
    >
      <RequestSample
        label="Top up a customer"
        method="POST"
        path="/v1/topup/grant"
        body={{ external_customer_id: 'acme', credits: 50_000 }}
        typescript={"await holdfast.credits.topUp({ customer: 'acme', credits: 50_000 });"}
      />
    </EmptyState>
  );
}
