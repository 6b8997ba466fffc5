import type { Validator } from '../validator.ts';

/** The rules that a value breaks, each with where: `/0/ttlSeconds minimum`. */
export function faults(validate: Validator<unknown>, value: unknown): string[] {
  return validate(value) ? [] : (validate.errors ?? []).map((error) => `${error.instancePath} ${error.keyword}`);
}
