import type { OpenApiDocument, Parameter, Schema } from './document.ts';

/** From how many characters on a description is shown once. */
const longDescription = 200;

/**
 * The names of schemas that the document refers to more than once, and that have fields or a long description. Each is
 * described by itself, and the rest links to it: the page would be twice as long otherwise.
 */
export function sharedSchemas(document: OpenApiDocument): ReadonlySet<string> {
  const counts = countReferences(document, 'schemas');
  const isLong = ({ properties, allOf, oneOf, description = '' }: Schema) =>
    properties !== undefined || allOf !== undefined || oneOf !== undefined || description.length > longDescription;
  const schemas = Object.entries(document.components?.schemas ?? {});
  return new Set(schemas.flatMap(([name, schema]) => ((counts.get(name) ?? 0) > 1 && isLong(schema) ? [name] : [])));
}

/** The parameters that several operations have and that are described at length, by name. */
export function sharedParameters(document: OpenApiDocument): ReadonlyMap<string, Parameter> {
  const counts = countReferences(document, 'parameters');
  const isShared = ([name, { description = '' }]: readonly [string, Parameter]) =>
    (counts.get(name) ?? 0) > 1 && description.length > longDescription;
  return new Map(Object.entries(document.components?.parameters ?? {}).filter(isShared));
}

function countReferences(document: OpenApiDocument, kind: string): ReadonlyMap<string, number> {
  const counts = new Map<string, number>();
  for (const [, name = ''] of JSON.stringify(document).matchAll(new RegExp(`"#/components/${kind}/(\\w+)"`, 'gu'))) {
    counts.set(name, (counts.get(name) ?? 0) + 1);
  }
  return counts;
}
