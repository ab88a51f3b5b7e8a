import { type Data, type Field, List, Struct, Type } from 'apache-arrow';
import { dataOf, elementsOf } from '../../arrow/index.js';
import { fitData } from './fit-data.js';
import { inferredValidity } from './inferred-validity.js';

/** A column or child with its field. */
export interface FittedPart {
  readonly field: Field;
  readonly data: Data;
}

/**
 * Fits those parts of nested values that fit, where the whole does not: members of structs under their names,
 * and elements of lists. Returns what it is given where nothing fits.
 */
export function fitParts(given: FittedPart, known: Field, source?: Data): FittedPart {
  const { field, data } = given;
  const { typeId, children } = data.type;
  if (typeId === Type.Struct && known.type.typeId === Type.Struct) {
    const parts = (children as Field[]).map((member, k) => {
      const j = (known.type.children as Field[]).findIndex(({ name }) => name === member.name);
      const part = { field: member, data: data.children[k] };
      return j < 0 ? part : fitPart(part, known.type.children[j], source?.children[j]);
    });
    return renewed(given, new Struct(parts.map((part) => part.field)), parts);
  }
  const isList = known.type.typeId === Type.LargeList || known.type.typeId === Type.FixedSizeList;
  if (typeId === Type.List && (isList || known.type.typeId === typeId)) {
    const element = { field: children[0], data: data.children[0] };
    const part = fitPart(element, known.type.children[0], source && elementsOf(source));
    return renewed(given, new List(part.field), [part]);
  }
  return { field, data };
}

function fitPart(part: FittedPart, known: Field, source: Data | undefined): FittedPart {
  const data = fitData(part.data, known.type, source);
  if (data === undefined) return fitParts(part, known, source);
  const isOpen = data.type.typeId === Type.Null;
  return { field: isOpen ? part.field : known.clone({ type: data.type, nullable: true }), data };
}

function renewed({ field, data }: FittedPart, type: List | Struct, parts: readonly FittedPart[]): FittedPart {
  const buffers = { offsets: data.valueOffsets, validity: inferredValidity(data) };
  const children = parts.map((part) => part.data);
  return {
    field: field.clone({ type }),
    data: dataOf(type, data.length, data.nullCount, buffers, { children }),
  };
}
