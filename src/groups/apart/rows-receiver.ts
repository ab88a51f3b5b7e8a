import { type Data, type DataType, type Dictionary, type Schema, Vector } from 'apache-arrow';
import { type Batch, reviveData, reviveSchema, type WireData } from '../../arrow/index.js';
import type { ApartTable, RowsOfTable, RowsPart } from './rows-part.js';

interface KnownTable {
  readonly schema: Schema;
  readonly dictionaries: readonly (Vector | undefined)[];
  readonly hasNulls: readonly boolean[];
}

/** One frame of the groups that are here. The arrays have an element for every group of the call. */
export interface ReceivedSide {
  batches: readonly Batch[];
  readonly batchOf: Int32Array;
  readonly from: Int32Array;
}

/** Makes rows of what a RowsSender has cut out. */
export class RowsReceiver {
  readonly sides: readonly ReceivedSide[];
  readonly #tables = new Map<number, KnownTable>();

  constructor(sides: number, groups: number) {
    this.sides = Array.from({ length: sides }, () => ({
      batches: [],
      batchOf: new Int32Array(groups),
      from: new Int32Array(groups),
    }));
  }

  accept({ tables, sides }: RowsPart, groups: Int32Array): void {
    for (const [number, table] of tables) this.#tables.set(number, reviveTable(table));
    sides.forEach(({ pieces, pieceOf, from }, k) => {
      const side = this.sides[k];
      side.batches = pieces.map((piece) => this.#batchOf(piece));
      groups.forEach((group, at) => {
        side.batchOf[group] = pieceOf[at];
        side.from[group] = from[at];
      });
    });
  }

  #batchOf({ table, numRows, columns }: RowsOfTable): Batch {
    const { schema, dictionaries, hasNulls } = this.#tables.get(table) as KnownTable;
    return {
      schema,
      numRows,
      hasNulls,
      columns: columns.map((wire, k) => reviveWithDictionary(schema.fields[k].type, wire, dictionaries[k])),
    };
  }
}

function reviveTable({ schema: wire, dictionaries, hasNulls }: ApartTable): KnownTable {
  const schema = reviveSchema(wire);
  return {
    schema,
    hasNulls,
    dictionaries: dictionaries.map((chunks, k) => {
      const { dictionary } = schema.fields[k].type as Dictionary;
      return chunks && new Vector(chunks.map((chunk) => reviveData(dictionary, chunk)));
    }),
  };
}

/** Makes a column, whose dictionary has come before it. */
export function reviveWithDictionary(type: DataType, wire: WireData, dictionary: Vector | undefined): Data {
  const data = reviveData(type, wire);
  if (dictionary) data.dictionary = dictionary;
  return data;
}
