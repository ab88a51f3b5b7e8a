/** A rule for an option's value, as a test and in words, with the texts that it allows. */
export type Rule = readonly [
  test: (value: unknown) => boolean,
  words: string | (() => string),
  texts?: () => readonly string[],
];

/** A rule for each option. */
export type Rules<T> = { readonly [Name in keyof Required<T>]: Rule };

export const flag: Rule = [(value) => typeof value === 'boolean', 'true or false'];

export const positiveInteger: Rule = [isPositiveInteger, 'a positive whole number'];

export const functionRule: Rule = [(value) => typeof value === 'function', 'a function'];

export const progressRule: Rule = [
  (value) => typeof value === 'boolean' || typeof value === 'function',
  'true, false or a function',
];

export function oneOf(...values: readonly string[]): Rule {
  const quoted = values.map((value) => `'${value}'`);
  const words = `${quoted.slice(0, -1).join(', ')} or ${quoted.at(-1)}`;
  return [(value) => values.includes(value as string), words, () => values];
}

export function isPositiveInteger(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0;
}
