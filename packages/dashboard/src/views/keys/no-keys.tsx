import { usePlace } from '../../session/place-context.ts';
import { RequestSample } from '../../session/request-sample.tsx';
import { EmptyState } from '../../ui/empty-state.tsx';

export function NoKeys() {
  const { environment } = usePlace();
  return (
    <EmptyState
      icon="keys"
      title="No API keys"
      description="Programs act for this tenant with a key, which says what they may do, from where, and how often."
    >
      <RequestSample
        label="Create a key with another one"
        method="POST"
        path="/v1/admin/api-keys"
        body={{ environment, label: 'Build server', scopes: ['resources:write'] }}
        typescript={[
          'const { api_key } = await holdfast.admin.apiKeys.create({',
          `  environment: '${environment}',`,
          "  label: 'Build server',",
          "  scopes: ['resources:write'],",
          '});',
        ].join('\n')}
      />
    </EmptyState>
  );
}
