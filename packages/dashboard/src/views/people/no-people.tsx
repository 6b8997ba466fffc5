import { RequestSample } from '../../session/request-sample.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

export function NoPeople() {
  return (
    <EmptyState
      icon="people"
      title="Nobody belongs here yet"
      description="Whoever is invited belongs to this tenant as soon as they sign in: as an owner, a member or a viewer."
    >
      <RequestSample
        label="Invite somebody"
        method="POST"
        path="/v1/admin/people"
        body={{ email: 'ada@example.com', role: 'member' }}
        typescript="await holdfast.admin.people.invite({ email: 'ada@example.com', role: 'member' });"
      />
    </EmptyState>
  );
}
