/** Units of time by their names in pandas, whose case matters: `M` is a month there, `m` a minute here. */
const pandasUnits: { readonly [alias: string]: string } = {
  D: 'd',
  H: 'h',
  T: 'min',
  S: 's',
  L: 'ms',
  U: 'us',
  N: 'ns',
  W: 'w',
  'W-SUN': 'w',
  M: 'mo',
  ME: 'mo',
  MS: 'mo',
  Q: 'q',
  QE: 'q',
  QS: 'q',
  A: 'y',
  Y: 'y',
  YE: 'y',
  YS: 'y',
  AS: 'y',
};

/** The days on which weeks begin that end as an alias of pandas says. */
const weekStarts: { readonly [alias: string]: string } = {
  'W-MON': 'tuesday',
  'W-TUE': 'wednesday',
  'W-WED': 'thursday',
  'W-THU': 'friday',
  'W-FRI': 'saturday',
  'W-SAT': 'sunday',
};

/** Units as words, without a plural `s`. */
const words: { readonly [word: string]: string } = {
  nanosecond: 'ns',
  microsecond: 'us',
  millisecond: 'ms',
  second: 's',
  sec: 's',
  minute: 'min',
  hour: 'h',
  hr: 'h',
  day: 'd',
  week: 'w',
  month: 'mo',
  mon: 'mo',
  quarter: 'q',
  year: 'y',
};

/**
 * Returns the advice for a length of time that is written as pandas does, or in words: `'1D'`, `'MS'`, `'2
 * hours'`.
 *
 * @param units the units that are allowed
 */
export function periodHint(text: unknown, units: readonly string[]): string {
  const [, digits, alias] = (typeof text === 'string' && /^(\d*)\s*([a-z-]+)$/i.exec(text.trim())) || [];
  const count = Number(digits || 1);
  if (alias === undefined || count === 0) return '';
  if (Object.hasOwn(weekStarts, alias) && units.includes('mo')) {
    return `; did you mean '${count}w' and { weekStart: '${weekStarts[alias]}' }?`;
  }
  const unit = unitOf(alias, units);
  return unit === undefined ? '' : `; did you mean '${count}${unit}'?`;
}

function unitOf(alias: string, units: readonly string[]): string | undefined {
  const word = alias.toLowerCase();
  const singular = word.replace(/s$/, '');
  if (Object.hasOwn(pandasUnits, alias)) return units.find((unit) => unit === pandasUnits[alias]);
  if (Object.hasOwn(words, singular)) return units.find((unit) => unit === words[singular]);
  return units.find((unit) => unit === word);
}
