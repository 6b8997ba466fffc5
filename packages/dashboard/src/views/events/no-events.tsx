import { RequestSample } from '../../session/request-sample.tsx';
import { Button } from '../../ui/button.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

interface NoEventsProps {
  readonly isFiltered: boolean;
  readonly onClear: () => void;
}

export function NoEvents({ isFiltered, onClear }: NoEventsProps) {
  if (isFiltered) {
    return (
      <EmptyState
        icon="filter"
        title="No such events"
        description="None in the history is as the filters want it. One that comes is shown at once."
      >
        <div className="text-center">
          <Button onClick={onClear}>Show all events</Button>
        </div>
      </EmptyState>
    );
  }
  return (
    <EmptyState
      icon="events"
      title="Nothing has happened yet"
      description="Locks, credits, bookings, keys: what happens to them is shown here at once. Follow it in your own programs, too."
    >
      <RequestSample
        label="Follow events as they happen"
        method="GET"
        path="/api/v1/events?families=resources,credits"
        typescript={[
          "for await (const event of holdfast.events({ families: ['resources', 'credits'] })) {",
          '  console.log(event.number, event.type);',
          '}',
        ].join('\n')}
      />
    </EmptyState>
  );
}
