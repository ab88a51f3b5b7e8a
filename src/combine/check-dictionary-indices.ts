import { type Data, Type } from 'apache-arrow';
import { getBit } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import type { FrameResult } from '../frame/index.js';

/**
 * Throws `ERR_BAD_RESULT` where an index of a dictionary column points past its dictionary. The check runs
 * for each result, because the group is no longer known once several results are joined.
 */
export function checkDictionaryIndices({ columns }: FrameResult): void {
  for (const { field, chunks, input, isOwn } of columns) {
    if (input !== undefined || isOwn) continue;
    for (const chunk of chunks) {
      const bad = badIndex(chunk);
      if (bad === undefined) continue;
      throw new ApplyError(
        'ERR_BAD_RESULT',
        `column '${field.name}' has the index ${bad.index} into a dictionary of ${bad.size} values`,
      );
    }
  }
}

interface BadIndex {
  readonly index: number | bigint;
  readonly size: number;
}

function badIndex(data: Data): BadIndex | undefined {
  if (data.type.typeId !== Type.Dictionary) {
    for (const child of data.children) {
      const bad = badIndex(child);
      if (bad) return bad;
    }
    return undefined;
  }
  const size = data.dictionary?.length ?? 0;
  const indices = data.values as unknown as ArrayLike<number | bigint>;
  for (let i = 0; i < data.length; i++) {
    // A null row may hold any index.
    if ((indices[i] < 0 || indices[i] >= size) && isValid(data, i)) return { index: indices[i], size };
  }
  return undefined;
}

const isValid = ({ nullCount, nullBitmap, offset }: Data, at: number): boolean =>
  nullCount === 0 || getBit(nullBitmap as Uint8Array, offset + at);
