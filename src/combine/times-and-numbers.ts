import {
  type Data,
  type DataType,
  type Date_,
  DateUnit,
  Float64,
  Timestamp,
  TimeUnit,
  Type,
} from 'apache-arrow';
import { valueReader } from '../arrow/index.js';
import { fitData } from '../frame/index.js';
import { castNumbers } from './cast-numbers.js';
import { castTimes } from './cast-times.js';
import { withValidity } from './with-validity.js';

/* Converts times to the numbers that functions see for them, and such numbers back to times. */

const UNITS = [TimeUnit.SECOND, TimeUnit.MILLISECOND, TimeUnit.MICROSECOND, TimeUnit.NANOSECOND];

export const isNumber = ({ typeId }: DataType) => typeId === Type.Int || typeId === Type.Float;

/** Tells whether functions see the values of a type as numbers of a unit of time. */
export const isTime = ({ typeId }: DataType) =>
  typeId === Type.Timestamp || typeId === Type.Date || typeId === Type.Time || typeId === Type.Duration;

/** Returns the timestamps that hold the values of a type, from the coarsest unit to the finest. */
export function timestampsOf(type: Timestamp | Date_): Timestamp[] {
  const zone = type.typeId === Type.Timestamp ? (type as Timestamp).timezone : undefined;
  return UNITS.slice(coarsestUnit(type)).map((unit) => new Timestamp(unit, zone));
}

function coarsestUnit(type: Timestamp | Date_): number {
  if (type.typeId === Type.Timestamp) return UNITS.indexOf((type as Timestamp).unit);
  return (type as Date_).unit === DateUnit.DAY ? 0 : 1;
}

export const asFloats = (data: Data): Data =>
  withValidity(data, new Float64(), { values: castNumbers(data, new Float64()) });

/** Returns times as the numbers that they are read as; undefined where one is no number. */
export function numbersOfTimes(data: Data): Float64Array | undefined {
  const read = valueReader(data);
  const values = new Float64Array(data.length);
  try {
    for (let i = 0; i < data.length; i++) {
      const value = read(i) as number | bigint | null;
      if (value === null) continue;
      values[i] = Number(value);
      if (typeof value === 'bigint' && BigInt(values[i]) !== value) return undefined;
    }
  } catch {
    // apache-arrow throws for a time that no number holds.
    return undefined;
  }
  return values;
}

/** Returns numbers as timestamps of `type`; undefined where it does not hold one. */
export function timesOfNumbers(data: Data, type: Timestamp): Data | undefined {
  const floats = asFloats(data);
  // Begins with the coarsest unit, which reaches the farthest: casts to a fine one go through floats.
  for (let unit = TimeUnit.SECOND; unit <= type.unit; unit++) {
    const times = fitData(floats, new Timestamp(unit, type.timezone));
    if (times === undefined) continue;
    if (times.type.typeId === Type.Null) return times;
    return withValidity(times, type, { values: castTimes(times, type) });
  }
  return undefined;
}
