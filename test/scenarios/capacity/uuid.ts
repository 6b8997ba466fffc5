import { expect } from 'vitest';

/** An id as this family gives them: a random UUID. */
export const uuid: unknown = expect.stringMatching(/^[\da-f]{8}-[\da-f]{4}-4[\da-f]{3}-[89ab][\da-f]{3}-[\da-f]{12}$/u);
