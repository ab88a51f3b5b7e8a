import { ApplyError } from './errors.js';
import { preview } from './frame/index.js';
import { nearest } from './nearest.js';

/** For each option: what it must be, as a test and in words. */
export type Rules<T> = {
  readonly [Name in keyof Required<T>]: readonly [
    test: (value: unknown) => boolean,
    rule: string | (() => string),
  ];
};

export function checkOptions<T extends object>(verb: string, options: T, rules: Rules<T>): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    throw new ApplyError('ERR_INVALID_OPTION', `${verb}: options must be an object, got ${preview(options)}`);
  }
  const names = Object.keys(rules);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name)) {
      const meant = nearest(name, names);
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `${verb} has no option '${name}'${meant ? `; did you mean '${meant}'?` : `; it has ${names.join(', ')}`}`,
      );
    }
    const [test, rule] = rules[name as keyof T];
    if (value !== undefined && !test(value)) {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `${verb}: ${name} must be ${typeof rule === 'string' ? rule : rule()}, got ${preview(value)}`,
      );
    }
  }
}

export function oneOf(...values: readonly string[]): (value: unknown) => boolean {
  return (value) => values.includes(value as string);
}

export function isPositive(value: unknown): boolean {
  return Number.isInteger(value) && (value as number) > 0;
}

export function isMilliseconds(value: unknown): boolean {
  return typeof value === 'number' && value > 0 && value < Number.POSITIVE_INFINITY;
}

export const isFlag = (value: unknown): boolean => typeof value === 'boolean';
