import { type Data, type DataType, TimeUnit, Type } from 'apache-arrow';
import { valueReader } from '../arrow/index.js';
import { columnData, exactNumbers, invalid, isNumberOrTime, missingRows } from '../columns/index.js';
import { fixedUnits, periodHint } from '../options/index.js';
import { preview } from '../util/index.js';
import type { Positions } from './bounds.js';

/**
 * Reads the column by which windows are made, and their length in its unit.
 *
 * @throws ApplyError `ERR_INVALID_OPTION` for a column that is not sorted, has nulls, or holds neither times
 *   nor numbers
 */
export function readPositions(verb: string, name: string, column: unknown, every: unknown): Positions {
  const data = columnData(verb, column);
  const missing = missingRows(data);
  if (missing) {
    throw invalid(
      `${verb}: column '${name}' has no value in row ${missing.indexOf(1)}; windows are made on a column ` +
        'without nulls: leave such rows out with filterRows',
    );
  }
  // A plain array without values has no type.
  if (data.type.typeId === Type.Null) return { values: [], width: 0, half: 0 };
  const unit = nanosecondsOf(data.type);
  if (!isNumberOrTime(data.type)) {
    throw invalid(
      `${verb}: windows are made on a column of dates, times or numbers; '${name}' has type ${data.type}`,
    );
  }
  const values = exactNumbers(data);
  checkSorted(verb, name, values, data);
  const width = unit === undefined ? numberWidth(verb, name, every) : timeWidth(verb, name, every, unit);
  if (typeof values[0] !== 'bigint') {
    return { values: values as ArrayLike<number>, width, half: width / 2 };
  }
  const exact = BigInt(Math.ceil(width));
  return { values: values as ArrayLike<bigint>, width: exact, half: exact / 2n };
}

/** Returns the nanoseconds of the unit in which a type counts time; undefined for a type of no times. */
function nanosecondsOf(type: DataType): number | undefined {
  const nanoseconds = { [TimeUnit.SECOND]: 1e9, [TimeUnit.MILLISECOND]: 1e6, [TimeUnit.MICROSECOND]: 1e3 };
  switch (type.typeId) {
    case Type.Date:
      return (type as DataType & { unit: number }).unit === 0 ? 86_400e9 : 1e6;
    case Type.Timestamp:
    case Type.Time:
    case Type.Duration:
      return nanoseconds[(type as DataType & { unit: keyof typeof nanoseconds }).unit] ?? 1;
    default:
      return undefined;
  }
}

function checkSorted(
  verb: string,
  name: string,
  values: ArrayLike<number> | ArrayLike<bigint>,
  data: Data,
): void {
  for (let row = 1; row < values.length; row++) {
    if (values[row] >= values[row - 1]) continue;
    const read = valueReader(data);
    const show = (at: number) =>
      preview(data.type.typeId === Type.Timestamp ? new Date(Number(read(at))) : read(at));
    throw invalid(
      `${verb}: column '${name}' is not sorted: row ${row - 1} has ${show(row - 1)} and row ${row} has ` +
        `${show(row)}; sort the frame first, with sortBy(group, '${name}')`,
    );
  }
}

function numberWidth(verb: string, name: string, every: unknown): number {
  if (typeof every === 'number') return every;
  throw invalid(
    `${verb}: '${name}' is a column of numbers, so every must be a number, got ${preview(every)}`,
  );
}

function timeWidth(verb: string, name: string, every: unknown, unit: number): number {
  const [, digits, word] = (typeof every === 'string' && /^(\d{1,15})\s*([a-z]+)$/.exec(every)) || [];
  const nanoseconds = word !== undefined && Object.hasOwn(fixedUnits, word) ? fixedUnits[word] : undefined;
  if (nanoseconds !== undefined && Number(digits) > 0) {
    return Number(BigInt(digits) * nanoseconds) / unit;
  }
  throw invalid(
    `${verb}: '${name}' is a column of times, so every must be a whole number from 1 and one of ns, us, ms, s, ` +
      `m (or min), h, d, w, as in '7d', got ${preview(every)}` +
      periodHint(every, Object.keys(fixedUnits)) +
      (word !== undefined && /^(mo|q|y)$/.test(word) ? '; months and longer periods differ in length' : ''),
  );
}
