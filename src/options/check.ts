import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';
import { nearest } from './did-you-mean.js';
import { adviceOn, hereCalled, meantBy, valueHere } from './python-names.js';

/** For each option: what it must be, as a test and in words. */
export type Rules<T> = {
  readonly [Name in keyof Required<T>]: readonly [
    test: (value: unknown) => boolean,
    rule: string | (() => string),
  ];
};

export function checkOptions<T extends object>(verb: string, options: T, rules: Rules<T>): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const got = `options must be an object, got ${preview(options)}`;
    throw new ApplyError('ERR_INVALID_OPTION', `${verb}: ${got}${whole(options, rules)}`);
  }
  const names = Object.keys(rules);
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name)) {
      throw new ApplyError('ERR_INVALID_OPTION', `${verb} has no option '${name}'; ${instead(name, names)}`);
    }
    const [test, rule] = rules[name as keyof T];
    if (value !== undefined && !test(value)) {
      throw new ApplyError(
        'ERR_INVALID_OPTION',
        `${verb}: ${name} must be ${typeof rule === 'string' ? rule : rule()}, got ${preview(value)}${equivalent(name, value, test)}`,
      );
    }
  }
}

/** What to say in the place of an option that there is not. */
function instead(name: string, names: readonly string[]): string {
  const meant = hereCalled(name, names);
  if (meant) return `did you mean '${meant}'?`;
  const advice = adviceOn(name, names);
  if (advice) return advice;
  const near = nearest(name, names);
  return near ? `did you mean '${near}'?` : `it has ${names.join(', ')}`;
}

/** The options of which somebody gave the one value that mattered. */
function whole<T>(value: unknown, rules: Rules<T>): string {
  const name = meantBy(value, Object.keys(rules)) as (keyof T & string) | undefined;
  if (name === undefined) return '';
  const here = valueHere(name, value) ?? value;
  return rules[name][0](here) ? `; did you mean { ${name}: ${preview(here)} }?` : '';
}

function equivalent(name: string, value: unknown, test: (value: unknown) => boolean): string {
  const here = valueHere(name, value);
  return here !== undefined && test(here) ? `; did you mean '${here}'?` : '';
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
