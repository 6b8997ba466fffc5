/** One rule that a value breaks, in the words of ajv. */
export interface ValidationError {
  /** JSON pointer to the part of the value that breaks the rule: `/0/ttlSeconds`; empty for the whole value. */
  readonly instancePath: string;
  readonly schemaPath: string;
  /** The rule: `required`, `type`, `minimum`, `pattern`, `additionalProperties`, … */
  readonly keyword: string;
  /** What the rule asks for: `{limit: 1}`, `{missingProperty: 'requester'}`, `{additionalProperty: 'color'}`, … */
  readonly params: Readonly<Record<string, unknown>>;
  readonly message?: string;
  /** The member's name, when it is the name that breaks the rule. */
  readonly propertyName?: string;
}

/** A compiled schema. Tells whether a value is valid; `errors` tells what is wrong with the last value it was given. */
export interface Validator<Value> {
  (value: unknown): value is Value;
  errors?: readonly ValidationError[] | null;
}
