import { type Data, type DataType, Float64, Type } from 'apache-arrow';
import { concatData, dataOf, mapKeyTexts } from '../../arrow/index.js';
import type { Fit } from './fit.js';

/**
 * Converts the keys of maps, which are texts in an object, to the type of keys; undefined where one has no
 * value of that type. Keys other than texts and numbers are looked up among `known`, those that the function
 * saw.
 */
export function fitMapKeys(keys: Data, type: DataType, known: Data | undefined, fit: Fit): Data | undefined {
  const fitted = fit(keys, type);
  if (fitted !== undefined) return fitted;
  const texts = mapKeyTexts(keys);
  if (type.typeId === Type.Int || type.typeId === Type.Float) {
    const values = Float64Array.from(texts, Number);
    const isExact = texts.every((text, i) => String(values[i]) === text);
    const numbers = isExact && fit(dataOf(new Float64(), values.length, 0, { values }), type);
    if (numbers) return numbers;
  }
  if (known === undefined) return undefined;
  const rows = new Map(mapKeyTexts(known).map((text, row) => [text, row]));
  const parts: Data[] = [];
  for (const text of texts) {
    const row = rows.get(text);
    if (row === undefined) return undefined;
    parts.push(known.slice(row, 1));
  }
  return concatData(type, parts, (size) => new Uint8Array(size));
}
