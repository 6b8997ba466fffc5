import document from './generated/openapi.json' with { type: 'json' };

/** The bundled document of openapi/, which keeps its references. */
export const openapi: Readonly<Record<string, unknown>> = document;
