import { eventsOf, groupByFamily } from './document-outline.ts';
import type { TagGroup } from './document-outline.ts';
import type { OpenApiDocument } from './document.ts';

/** What Holdfast is, and where to read on: a short Markdown page whose links begin with the server's address. */
export function renderTextIndex(document: OpenApiDocument, address: string): string {
  const { title, version, summary = '', description = '' } = document.info;
  const groups = groupByFamily(document).flatMap((family) =>
    family.groups.map((group) => `## ${family.name}: ${group.name}\n\n${renderLinks(group, address)}`),
  );
  const types = eventsOf(document).map(({ type }) => `\`${type}\``);
  return `# ${title}

> ${summary} This is version ${version} of its API, as ${address} serves it.

${familiesIn(description).join('\n\n')}

## Read on

- [The whole reference in one file](${address}/llms-full.txt): every operation, field, answer and event, as Markdown
- [OpenAPI document](${address}/openapi.json): the contract, which requests and answers are validated against
- [Reference for people](${address}/docs): the same in a browser, with search and a form to send requests
- [Health](${address}/healthz), [readiness](${address}/readyz): whether the process runs, and whether it can write

${groups.join('\n\n')}

## Types of events

They are sent to \`GET /api/v1/events\` and to webhooks, and are the audit log: ${types.join(', ')}
`;
}

/** Of the description what is said about each family: the paragraphs that begin with its name. */
function familiesIn(description: string): readonly string[] {
  return description.split(/\n{2,}/u).filter((block) => block.startsWith('**'));
}

function renderLinks({ operations }: TagGroup, address: string): string {
  const links = operations.map(({ method, path, operation: { operationId, summary = operationId } }) => {
    return `- [${operationId}](${address}/docs#${operationId}): ${summary}, \`${method.toUpperCase()} ${path}\``;
  });
  return links.join('\n');
}
