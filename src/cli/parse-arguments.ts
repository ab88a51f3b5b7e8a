import { parseArgs } from 'node:util';
import { nearest } from '../options/index.js';
import { UsageError } from './usage-error.js';

/** An option of a command. */
export interface OptionRule {
  /** `'text'`: it has a value; `'texts'`: it may be given several times; `'flag'`: it has no value. */
  readonly takes: 'text' | 'texts' | 'flag';
  /** One letter that stands for it. */
  readonly short?: string;
}

export type OptionRules = { readonly [name: string]: OptionRule };

/** The arguments of a command, checked against its rules. */
export class Arguments {
  readonly positionals: readonly string[];
  readonly #values: ReadonlyMap<string, readonly string[]>;

  constructor(positionals: readonly string[], values: ReadonlyMap<string, readonly string[]>) {
    this.positionals = positionals;
    this.#values = values;
  }

  /** Tells whether an option is given. */
  has(name: string): boolean {
    return this.#values.has(name);
  }

  /** Returns the value of an option, the last one if it is given twice. */
  text(name: string): string | undefined {
    return this.#values.get(name)?.at(-1);
  }

  /** Returns all values of an option. */
  texts(name: string): readonly string[] {
    return this.#values.get(name) ?? [];
  }
}

/** Divides a command line in options and positional arguments. */
export function parseArguments(args: readonly string[], rules: OptionRules): Arguments {
  const options = Object.entries(rules).map(([name, { takes, short }]) => [
    name,
    { type: takes === 'flag' ? 'boolean' : 'string', ...(short && { short }) },
  ]);
  // Not strict, because strict parsing refuses `--jobs -1`.
  const { tokens } = parseArgs({
    args: [...args],
    options: Object.fromEntries(options),
    strict: false,
    allowPositionals: true,
    tokens: true,
  });
  const positionals: string[] = [];
  const values = new Map<string, string[]>();
  for (const token of tokens) {
    if (token.kind === 'positional') positionals.push(token.value);
    if (token.kind !== 'option') continue;
    const { name, rawName, inlineValue } = token;
    if (!Object.hasOwn(rules, name)) throw unknownOption(rawName, rules);
    const given = values.get(name) ?? [];
    values.set(name, given);
    if (rules[name].takes === 'flag') {
      if (token.value !== undefined) throw new UsageError(`${rawName} takes no value`);
    } else if (!token.value || (!inlineValue && isOption(token.value, rules))) {
      throw new UsageError(`${rawName} needs a value`);
    } else {
      given.push(token.value);
    }
  }
  return new Arguments(positionals, values);
}

/** Tells whether the text after an option is an option itself, so that the first one has no value. */
const isOption = (text: string, rules: OptionRules): boolean =>
  text.startsWith('--') && Object.hasOwn(rules, text.slice(2).split('=')[0]);

/** Words of other programs for options of this one. */
const otherWords: ReadonlyMap<string, string> = new Map([
  ['group-by', 'by'],
  ['groupby', 'by'],
  ['key', 'by'],
  ['keys', 'by'],
  ['out', 'to'],
  ['output', 'to'],
  ['workers', 'jobs'],
  ['nprocs', 'jobs'],
  ['n-workers', 'jobs'],
  ['threads', 'jobs'],
  ['select', 'columns'],
  ['usecols', 'columns'],
  ['filter', 'where'],
  ['function', 'export'],
  ['overwrite', 'force'],
  ['replace', 'force'],
  ['memory-limit', 'memory'],
]);

function unknownOption(rawName: string, rules: OptionRules): UsageError {
  const name = rawName.replace(/^-+/, '');
  const word = otherWords.get(name);
  const near = word !== undefined && Object.hasOwn(rules, word) ? word : nearest(name, Object.keys(rules));
  return new UsageError(
    `there is no option ${rawName}${near === undefined ? '' : `; did you mean --${near}?`}`,
  );
}
