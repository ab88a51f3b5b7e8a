import { Field } from 'apache-arrow';
import { JS_KIND } from '../../arrow/index.js';
import { inferColumn } from '../../frame/index.js';
import type { KeyColumn } from './key-column.js';

/** Returns a key column of plain values. */
export function inferredKeyColumn(values: ArrayLike<unknown>, name: string): KeyColumn {
  const { data, kind } = inferColumn(values, name, { code: 'ERR_INVALID_OPTION' });
  const field = new Field(name, data.type, true, kind && new Map([[JS_KIND, kind]]));
  return { type: data.type, chunks: [data], field, isDate: kind === 'Date' };
}
