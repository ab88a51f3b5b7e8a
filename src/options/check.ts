import { ApplyError } from '../errors.js';
import { preview } from '../util/index.js';
import { nearest } from './did-you-mean.js';
import { adviceOn, nameHere, optionMeantBy, valueHere } from './python-names.js';
import type { Rule, Rules } from './rules.js';

/** Throws `ERR_INVALID_OPTION` for the first option that breaks its rule, or that has none. */
export function checkOptions<T extends object>(verb: string, options: T, rules: Rules<T>): void {
  if (typeof options !== 'object' || options === null || Array.isArray(options)) {
    const got = `options must be an object, got ${preview(options)}`;
    throw invalid(`${verb}: ${got}${suggestOptions(options, rules)}`);
  }
  for (const [name, value] of Object.entries(options)) {
    if (!Object.hasOwn(rules, name)) {
      throw invalid(`${verb} has no option '${name}'; ${suggestName(name, Object.keys(rules))}`);
    }
    const rule = rules[name as keyof T];
    const [test, inWords] = rule;
    if (value === undefined || test(value)) continue;
    const words = typeof inWords === 'string' ? inWords : inWords();
    const got = `${preview(value)}${suggestValue(name, value, rule)}`;
    throw invalid(`${verb}: ${name} must be ${words}, got ${got}`);
  }
}

/** Returns the advice for an option that does not exist. */
function suggestName(name: string, names: readonly string[]): string {
  const meant = nameHere(name, names);
  if (meant) return `did you mean '${meant}'?`;
  const advice = adviceOn(name, names);
  if (advice) return advice;
  const near = nearest(name, names);
  return near ? `did you mean '${near}'?` : `it has ${names.join(', ')}`;
}

/** Returns the advice for a value in the place of the options object: `Parallel(2)`. */
function suggestOptions<T>(value: unknown, rules: Rules<T>): string {
  const name = optionMeantBy(value, Object.keys(rules)) as (keyof T & string) | undefined;
  if (name === undefined) return '';
  const here = valueHere(name, value) ?? value;
  return rules[name][0](here) ? `; did you mean { ${name}: ${preview(here)} }?` : '';
}

/** Returns the advice for a value that Python's libraries call otherwise, or that is misspelled. */
function suggestValue(name: string, value: unknown, [test, , texts]: Rule): string {
  if (typeof value !== 'string') return '';
  const here = valueHere(name, value);
  if (here !== undefined && test(here)) return `; did you mean '${here}'?`;
  const near = nearest(value, texts?.() ?? []);
  return near === undefined ? '' : `; did you mean '${near}'?`;
}

const invalid = (message: string) => new ApplyError('ERR_INVALID_OPTION', message);
