import type { MongoClient, TopologyDescription } from 'mongodb';

/** Calls `onChange` whenever another member, or the same one newly elected, has become the primary. */
export function watchPrimary(client: MongoClient, onChange: () => void): void {
  let known: string | undefined;
  client.on('topologyDescriptionChanged', ({ previousDescription, newDescription }) => {
    known ??= primaryOf(previousDescription);
    const primary = primaryOf(newDescription);
    if (primary === undefined || primary === known) return;
    known = primary;
    onChange();
  });
}

/** Which member it is, and by which election. */
function primaryOf({ servers }: TopologyDescription): string | undefined {
  const primary = [...servers.values()].find(({ type }) => type === 'RSPrimary');
  return primary && `${primary.address} ${primary.electionId?.toHexString() ?? ''}`;
}
