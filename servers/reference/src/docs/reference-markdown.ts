import { eventsOf, groupByFamily } from './document-outline.ts';
import type { OperationAt } from './document-outline.ts';
import type { Body, OpenApiDocument, Operation, Resolve, Schema } from './document.ts';
import { referenceName, resolverOf } from './document.ts';
import { sdkExamples } from './generated/sdk-examples.gen.ts';
import { contentOf, examplesOf, RequestSamples } from './request-samples.ts';
import { SchemaReader } from './schema-reader.ts';
import { SchemaText } from './schema-text.ts';
import { sharedSchemas } from './shared-parts.ts';

/** The reference as Markdown, for programs that read text: what the page for people says, without its form. */
export function renderReferenceAsMarkdown(document: OpenApiDocument): string {
  const { title, version, summary = '', description = '' } = document.info;
  const reference = new MarkdownReference(document);
  const groups = groupByFamily(document).flatMap((family) =>
    family.groups.flatMap((group) => [
      `## ${family.name}: ${group.name}`,
      group.description,
      ...group.operations.flatMap((operation) => reference.describeOperation(operation)),
    ]),
  );
  const blocks = [
    `# ${title} ${version}`,
    summary,
    description,
    ...groups,
    '## Events',
    'Each is JSON: the `data` of a stream, and the body of a request to a webhook.',
    ...eventsOf(document).flatMap(({ type, operation }) => reference.describeEvent(type, operation)),
    '## Answers of many operations',
    ...Object.entries(document.components?.responses ?? {}).flatMap(([name, answer]) => [
      `### ${name}`,
      ...reference.describeAnswer(answer),
    ]),
    '## Schemas that several have',
    ...[...sharedSchemas(document)].flatMap((name) => [
      `### ${name}`,
      ...reference.describeSchema(document.components?.schemas?.[name] ?? {}),
    ]),
  ];
  return `${blocks
    .map((block) => block.trim())
    .filter((block) => block !== '')
    .join('\n\n')}\n`;
}

/** Parts of the reference, each as blocks of Markdown. */
class MarkdownReference {
  readonly #resolve: Resolve;
  readonly #schemas: SchemaText;
  readonly #samples: RequestSamples;

  constructor(document: OpenApiDocument) {
    this.#resolve = resolverOf(document);
    this.#schemas = new SchemaText(new SchemaReader(this.#resolve, sharedSchemas(document)));
    this.#samples = new RequestSamples(this.#resolve, sdkExamples);
  }

  describeOperation(at: OperationAt): readonly string[] {
    const { method, path, operation } = at;
    const { operationId, summary = operationId, description = '', responses, 'x-scope': scope } = operation;
    const typeScript = this.#samples.typeScript(operationId);
    return [
      `### ${operationId}: ${summary}`,
      `\`${method.toUpperCase()} ${path}\`${scope === undefined ? '' : `, scope \`${scope}\``}`,
      description,
      fence('sh', this.#samples.curl(at)),
      ...(typeScript === undefined ? [] : [fence('ts', typeScript)]),
      ...this.#describeParameters(operation),
      ...(operation.requestBody ? ['Body:', this.#fieldsOf(this.#resolve(operation.requestBody))] : []),
      ...Object.entries(responses).flatMap(([status, answer]) => this.#describeStatus(status, answer)),
    ];
  }

  describeEvent(type: string, { summary = '', requestBody }: Operation): readonly string[] {
    return [`### ${type}`, `${summary}.`, ...(requestBody ? this.#contentOf(this.#resolve(requestBody)) : [])];
  }

  describeAnswer(answer: Body): readonly string[] {
    return [answer.description ?? '', ...this.#contentOf(answer)];
  }

  describeSchema(schema: Schema): readonly string[] {
    return [schema.description ?? '', this.#schemas.fieldsOf(schema)];
  }

  /** An answer that many operations have is described once, at the end. */
  #describeStatus(status: string, node: Body): readonly string[] {
    const { description = '' } = this.#resolve(node);
    const name = referenceName(node);
    if (name !== undefined) return [`Answer ${status}: ${description} See "${name}" below.`];
    return [`Answer ${status}: ${description}`, ...this.#contentOf(this.#resolve(node))];
  }

  #describeParameters({ parameters = [] }: Operation): readonly string[] {
    if (parameters.length === 0) return [];
    const lines = parameters
      .map(this.#resolve)
      .map(({ name, in: place, required = false, description = '', schema = {} }) => {
        return this.#schemas.line({
          name,
          type: `${place}, ${this.#schemas.typeOf(schema)}`,
          isRequired: required,
          description,
        });
      });
    return ['Parameters:', lines.join('\n')];
  }

  #contentOf(body: Body): readonly string[] {
    const [example] = examplesOf(contentOf(body));
    const fields = this.#fieldsOf(body);
    if (example === undefined) return [fields];
    const { value } = example;
    return [fields, typeof value === 'string' ? fence('', value) : fence('json', JSON.stringify(value, null, 2))];
  }

  #fieldsOf(body: Body): string {
    const schema = contentOf(body)?.schema;
    return schema === undefined ? '' : this.#schemas.fieldsOf(schema);
  }
}

function fence(language: string, code: string): string {
  return `\`\`\`${language}\n${code.trim()}\n\`\`\``;
}
