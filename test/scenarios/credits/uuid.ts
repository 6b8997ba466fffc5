import { expect } from 'vitest';

/** An id as this family gives them. */
export const uuid: unknown = expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/u);
