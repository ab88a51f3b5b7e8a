import { type Data, type DataType, type Date_, DateUnit, type Duration, Type } from 'apache-arrow';
import { getBit } from '../arrow/index.js';

const NANOSECONDS = [1_000_000_000n, 1_000_000n, 1_000n, 1n];
const NANOSECONDS_PER_DAY = 86_400_000_000_000n;

/** Returns the nanoseconds in one unit of a type of dates, timestamps, times or durations. */
function nanoseconds(type: DataType): bigint {
  if (type.typeId !== Type.Date) return NANOSECONDS[(type as Duration).unit];
  return (type as Date_).unit === DateUnit.DAY ? NANOSECONDS_PER_DAY : NANOSECONDS[1];
}

/** Converts times to the unit of `type`, which is the same or finer. Throws where one exceeds 64 bits. */
export function castTimes(data: Data, type: DataType): ArrayBufferView {
  const factor = nanoseconds(data.type) / nanoseconds(type);
  const out = new type.ArrayType(data.length) as { [row: number]: number | bigint } & ArrayBufferView;
  const isWide = type.ArrayType.BYTES_PER_ELEMENT === 8;
  const source = data.values as unknown as ArrayLike<number | bigint>;
  for (let i = 0; i < data.length; i++) {
    if (data.nullCount > 0 && !getBit(data.nullBitmap as Uint8Array, data.offset + i)) continue;
    const value = BigInt(source[i]) * factor;
    if (BigInt.asIntN(64, value) !== value) {
      throw new RangeError(`the ${data.type} ${source[i]} is too far from 1970 for ${type}`);
    }
    out[i] = isWide ? value : Number(value);
  }
  return out;
}
