import { type Data, type DataType, type Dictionary, Type, Vector } from 'apache-arrow';
import { bitmapBytes } from './bits.js';
import { concatData } from './concat.js';
import { dataOf, layoutOf, typedValues } from './layout.js';
import { allocateShared } from './memory.js';

/**
 * Makes a column of nothing but nulls. A union has no nulls of its own: its rows are nulls of its first
 * child.
 */
export function nullData(type: DataType, length: number): Data {
  const layout = layoutOf(type);
  if (layout === 'none') return dataOf(type, length, length, {});
  const validity = new Uint8Array(bitmapBytes(length));
  switch (layout) {
    case 'bits':
      return dataOf(type, length, length, { values: new Uint8Array(bitmapBytes(length)), validity });
    case 'dictionary': {
      const values = typedValues(type, new Uint8Array((length * (type as Dictionary).indices.bitWidth) / 8));
      const empty = new Vector([concatData((type as Dictionary).dictionary, [], allocateShared)]);
      return dataOf(type, length, length, { values, validity }, { dictionary: empty });
    }
    case 'variable':
      return dataOf(type, length, length, {
        offsets: zeroOffsets(type, length),
        values: new Uint8Array(0),
        validity,
      });
    case 'view':
      return dataOf(type, length, length, { values: new Uint8Array(length * 16), validity });
    case 'list': {
      const children = [concatData(type.children[0].type, [], allocateShared)];
      return dataOf(type, length, length, { offsets: zeroOffsets(type, length), validity }, { children });
    }
    case 'fixedList': {
      const size = (type as DataType & { listSize: number }).listSize;
      return dataOf(
        type,
        length,
        length,
        { validity },
        { children: [nullData(type.children[0].type, length * size)] },
      );
    }
    case 'struct': {
      const children = type.children.map((field) => nullData(field.type, length));
      if (type.typeId === Type.Struct) return dataOf(type, length, length, { validity }, { children });
      return dataOf(type, length, 0, { typeIds: firstTypeIds(type, length) }, { children });
    }
    case 'denseUnion': {
      const children = type.children.map((field, k) => nullData(field.type, k === 0 ? 1 : 0));
      const buffers = { offsets: new Int32Array(length), typeIds: firstTypeIds(type, length) };
      return dataOf(type, length, 0, buffers, { children });
    }
    case 'fixed': {
      const { stride } = dataOf(type, 0, 0, {});
      const values = typedValues(type, new Uint8Array(length * stride * type.ArrayType.BYTES_PER_ELEMENT));
      return dataOf(type, length, length, { values, validity });
    }
  }
}

const zeroOffsets = (type: DataType, length: number) => new type.OffsetArrayType(length + 1);

const firstTypeIds = (type: DataType, length: number) =>
  new Int8Array(length).fill((type as DataType & { typeIds: Int32Array }).typeIds[0]);
