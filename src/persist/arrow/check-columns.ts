import { type Data, DataType, type Table } from 'apache-arrow';
import { layoutOf, offsetWords, rowBytes } from '../../arrow/index.js';
import { codesAreWithin, viewsAreWithin } from './check-rows.js';

/**
 * Throws a RangeError if buffers are too short for the rows. apache-arrow would read missing bytes as
 * undefined.
 */
export function checkColumns(table: Table): void {
  const seen = new Set<Data>();
  for (const { data, numRows } of table.batches) {
    // The batch that apache-arrow makes for a table without batches lacks parts.
    if (numRows > 0) for (const column of data.children) checkData(column, seen);
  }
}

function checkData(data: Data, seen: Set<Data>): void {
  if (seen.has(data)) return;
  seen.add(data);
  const { type, length, nullBitmap, children } = data;
  const hasRoom = (view: ArrayBufferView | undefined, bytes: number) => (view?.byteLength ?? 0) >= bytes;
  const bits = Math.ceil(length / 8);
  if (nullBitmap && nullBitmap.byteLength > 0) check(hasRoom(nullBitmap, bits));
  const layout = layoutOf(type);
  switch (layout) {
    case 'bits':
      check(hasRoom(data.values, bits));
      break;
    case 'fixed':
      check(hasRoom(data.values, length * rowBytes(data)));
      break;
    case 'dictionary':
      check(hasRoom(data.values, length * rowBytes(data)));
      check(codesAreWithin(data), ROWS_LEAD_OUT);
      break;
    case 'view':
      check(hasRoom(data.values, length * rowBytes(data)));
      check(viewsAreWithin(data), ROWS_LEAD_OUT);
      break;
    case 'variable':
    case 'list': {
      if (length === 0) break;
      const { words, step } = offsetWords(data);
      check(words.length > length * step);
      // Checks the first and the last offset: to check all would cost as much as reading the file.
      const end = words[length * step];
      check(words[0] <= end);
      check(layout === 'list' ? children[0].length >= end : hasRoom(data.values, end));
      break;
    }
    case 'fixedList':
      check(children[0].length >= length * data.stride);
      break;
    case 'struct':
      checkTypeIds(data);
      check(children.every((child) => child.length >= length));
      break;
    case 'denseUnion':
      checkTypeIds(data);
      check(hasRoom(data.valueOffsets, length * 4));
      break;
  }
  for (const child of children) checkData(child, seen);
  for (const chunk of data.dictionary?.data ?? []) checkData(chunk, seen);
}

/**
 * Checks that each row of a union belongs to a child, since apache-arrow calls methods of whatever it finds.
 */
function checkTypeIds({ type, length, typeIds }: Data): void {
  if (!DataType.isUnion(type)) return;
  check(typeIds.length >= length);
  for (let row = 0; row < length; row++) check(type.typeIdToChildIndex[typeIds[row]] < type.children.length);
}

const ROWS_LEAD_OUT = 'rows of a column lead out of its values';

function check(isRight: boolean, wrong = 'a column of it is shorter than its rows'): void {
  if (!isRight) throw new RangeError(wrong);
}
