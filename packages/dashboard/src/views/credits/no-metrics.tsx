import { RequestSample } from '../../session/request-sample.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

/** Teaches how there would be something to count. */
export function NoMetrics() {
  return (
    <EmptyState
      icon="credits"
      title="Nothing is counted yet"
      description="A metric is what customers use: images, tokens, e-mails. A rule then says what a unit of it costs."
    >
      <RequestSample
        label="Create a metric"
        method="POST"
        path="/v1/billable-metrics"
        body={{ key: 'image' }}
        typescript={"await holdfast.credits.metrics.create({ key: 'image' });"}
      />
    </EmptyState>
  );
}
