import { ThriftReader } from './thrift.js';

/** The storage of a leaf of a Parquet schema. */
export interface LeafElement {
  readonly name: string;
  /** 0 BOOLEAN, 1 INT32, 2 INT64, 3 INT96, 4 FLOAT, 5 DOUBLE, 6 BYTE_ARRAY, 7 FIXED_LEN_BYTE_ARRAY. */
  readonly physical: number | undefined;
  readonly isText: boolean;
  readonly isUnsigned: boolean;
  /** The unit of timestamps: 1 milliseconds, 2 microseconds, 3 nanoseconds. */
  readonly timeUnit: number | undefined;
}

/** The fields of SchemaElement. */
const ELEMENT = { TYPE: 1, NAME: 4, CHILDREN: 5, CONVERTED: 6, LOGICAL: 10 };
/** The members of the union LogicalType. */
const LOGICAL = { STRING: 1, TIMESTAMP: 8, INTEGER: 10 };
/** Values of the older ConvertedType. */
const CONVERTED = { UTF8: 0, MILLISECONDS: 9, MICROSECONDS: 10, UINT_8: 11, UINT_64: 14 };
const THRIFT_FALSE = 2;

/** Reads the columns without columns inside. The schema is a list with a tree in depth-first order. */
export function readFlatElements(schema: Uint8Array): Map<string, LeafElement> {
  const reader = new ThriftReader(schema);
  const elements: { element: LeafElement; children: number }[] = [];
  reader.list(() => elements.push(readElement(reader)));
  const flat = new Map<string, LeafElement>();
  for (let at = 1; at < elements.length; at = endOf(elements, at)) {
    const { element, children } = elements[at];
    if (children === 0) flat.set(element.name, element);
  }
  return flat;
}

/** Returns the position behind an element and all that is inside it. */
function endOf(elements: readonly { children: number }[], from: number): number {
  let at = from;
  for (let left = 1; left > 0 && at < elements.length; left--) left += elements[at++].children;
  return at;
}

function readElement(reader: ThriftReader) {
  let name = '';
  let physical: number | undefined;
  let children = 0;
  let converted: number | undefined;
  const logical = { isText: false, isUnsigned: false, timeUnit: undefined as number | undefined };
  reader.struct((id) => {
    if (id === ELEMENT.TYPE) physical = reader.int();
    else if (id === ELEMENT.NAME) name = reader.text();
    else if (id === ELEMENT.CHILDREN) children = reader.int();
    else if (id === ELEMENT.CONVERTED) converted = reader.int();
    else if (id === ELEMENT.LOGICAL) readLogical(reader, logical);
    else return false;
  });
  if (converted !== undefined) {
    logical.isText ||= converted === CONVERTED.UTF8;
    logical.isUnsigned ||= converted >= CONVERTED.UINT_8 && converted <= CONVERTED.UINT_64;
    if (converted === CONVERTED.MILLISECONDS) logical.timeUnit ??= 1;
    if (converted === CONVERTED.MICROSECONDS) logical.timeUnit ??= 2;
  }
  return { element: { name, physical, ...logical }, children };
}

function readLogical(
  reader: ThriftReader,
  logical: { isText: boolean; isUnsigned: boolean; timeUnit: number | undefined },
): void {
  reader.struct((member) => {
    if (member === LOGICAL.STRING) logical.isText = true;
    if (member === LOGICAL.INTEGER) {
      reader.struct((id, type) => {
        if (id === 2) logical.isUnsigned = type === THRIFT_FALSE;
        return id === 2;
      });
      return undefined;
    }
    if (member !== LOGICAL.TIMESTAMP) return false;
    reader.struct((id) => {
      if (id !== 2) return false;
      reader.struct((unit) => {
        logical.timeUnit = unit;
        return false;
      });
    });
  });
}
