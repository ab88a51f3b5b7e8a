import type { Data } from 'apache-arrow';
import {
  type Batch,
  concatData,
  cutData,
  describeData,
  describeSchema,
  type WireData,
} from '../../arrow/index.js';
import type { Shards } from '../group-source.js';
import type { ApartTable, RowsOfTable, RowsPart, SideRows } from './rows-part.js';

/** One frame of the groups. */
interface Side {
  /** The number of the frame's first table. */
  readonly firstTable: number;
  readonly batches: readonly Batch[];
  readonly batchOf?: Int32Array;
  readonly from: Int32Array;
  readonly sizes: Int32Array;
}

/** Rows that lie side by side in a table. */
interface Run {
  readonly from: number;
  to: number;
}

/** The rows that come from one batch. */
interface Piece {
  /** Its position among the pieces. */
  readonly index: number;
  readonly runs: Run[];
  numRows: number;
}

const allocate = (byteLength: number) => new Uint8Array(byteLength);

/** Cuts the rows of groups out of their tables. */
export class RowsSender {
  readonly #sides: readonly Side[];

  constructor({ batches, batchOf, from, sizes, others = [] }: Shards) {
    this.#sides = [
      { firstTable: 0, batches, batchOf, from, sizes },
      ...others.map(({ batch, ...rows }, k) => ({
        ...rows,
        batches: [batch],
        firstTable: batches.length + k,
      })),
    ];
  }

  /** Returns the rows of these groups; `sent` has the numbers of the tables that the receiver knows. */
  partOf(groups: Int32Array, sent: Set<unknown>): RowsPart {
    const tables: [number, ApartTable][] = [];
    const sides = this.#sides.map((side) => {
      const rows = rowsOf(side, groups);
      for (const { table } of rows.pieces) {
        if (sent.has(table)) continue;
        sent.add(table);
        tables.push([table, describeTable(side.batches[table - side.firstTable])]);
      }
      return rows;
    });
    return { tables, sides };
  }
}

const describeTable = ({ schema, columns }: Batch): ApartTable => ({
  schema: describeSchema(schema),
  dictionaries: columns.map(({ dictionary }) => dictionary?.data.map(describeData)),
  hasNulls: columns.map(({ nullCount }) => nullCount > 0),
});

function rowsOf({ firstTable, batches, batchOf, from, sizes }: Side, groups: Int32Array): SideRows {
  /** Batch -> its piece. */
  const found = new Map<number, Piece>();
  const place = { from: new Int32Array(groups.length), pieceOf: new Int32Array(groups.length) };
  groups.forEach((group, k) => {
    const at = batchOf ? batchOf[group] : 0;
    const piece = found.get(at) ?? { index: found.size, runs: [], numRows: 0 };
    found.set(at, piece);
    const last = piece.runs.at(-1);
    if (last?.to === from[group]) last.to += sizes[group];
    else piece.runs.push({ from: from[group], to: from[group] + sizes[group] });
    place.from[k] = piece.numRows;
    place.pieceOf[k] = piece.index;
    piece.numRows += sizes[group];
  });
  const pieces = Array.from(
    found,
    ([at, { runs, numRows }]): RowsOfTable => ({
      table: firstTable + at,
      numRows,
      columns: batches[at].columns.map((data) => describeRows(data, runs)),
    }),
  );
  return { pieces, ...place };
}

function describeRows(data: Data, runs: readonly Run[]): WireData {
  const [{ from, to }] = runs;
  const rows =
    runs.length === 1
      ? cutData(data, from, to - from)
      : concatData(
          data.type,
          runs.map((run) => data.slice(run.from, run.to - run.from)),
          allocate,
        );
  return { ...describeData(rows), dictionary: undefined };
}
