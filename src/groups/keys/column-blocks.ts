import { type Data, type DataType, type Field, Type } from 'apache-arrow';
import { valuesOfColumn } from '../../arrow/index.js';

/** Reads a column as plain values from the first row on, some rows at a time. */
export interface ColumnBlocks {
  /** Returns the values of the next rows. */
  next(numRows: number): unknown[];
}

/** Returns what reads a column, which then never exists as values as a whole. */
export function columnBlocks(chunks: readonly Data[], field: Field): ColumnBlocks {
  return holdsUnion(field.type) ? wholeColumn(chunks, field) : slices(chunks, field);
}

function slices(chunks: readonly Data[], field: Field): ColumnBlocks {
  let chunk = 0;
  let from = 0;
  return {
    next(numRows) {
      const parts: Data[] = [];
      for (let left = numRows; left > 0 && chunk < chunks.length; ) {
        const length = Math.min(left, chunks[chunk].length - from);
        if (length > 0) parts.push(chunks[chunk].slice(from, length));
        left -= length;
        from += length;
        if (from < chunks[chunk].length) continue;
        chunk++;
        from = 0;
      }
      return valuesOfColumn(parts, field);
    },
  };
}

/** Reads all at once: a part of a union has all values of its children. */
function wholeColumn(chunks: readonly Data[], field: Field): ColumnBlocks {
  const values = valuesOfColumn(chunks, field);
  let from = 0;
  return {
    next(numRows) {
      from += numRows;
      return values.slice(from - numRows, from);
    },
  };
}

const holdsUnion = (type: DataType): boolean =>
  type.typeId === Type.Union || (type.children ?? []).some((child: Field) => holdsUnion(child.type));
