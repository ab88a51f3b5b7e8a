import { ThriftReader } from './thrift.js';

/*
 * The part of a Parquet file's footer that parquet-wasm does not tell: the statistics of columns.
 * The columns of a row group are read only where they are asked for, since a footer may have a million.
 */

export interface Footer {
  /** The encoded schema and metadata: files that agree in it have the same columns. */
  readonly schemaKey: string;
  /** The encoded list of schema elements. */
  readonly schema: Uint8Array;
  readonly rowGroups: readonly RowGroup[];
}

export interface RowGroup {
  readonly numRows: number;
  /** Bytes of its columns when they are not compressed. */
  readonly bytes: number;
  /** The row group as it is encoded. */
  readonly raw: Uint8Array;
}

/** The fields of FileMetaData. */
const FILE = { SCHEMA: 2, ROW_GROUPS: 4, METADATA: 5 };

export function readFooter(bytes: Uint8Array): Footer {
  const reader = new ThriftReader(bytes);
  const rowGroups: RowGroup[] = [];
  let schemaKey = '';
  let schema: Uint8Array = Uint8Array.of(0);
  reader.struct((id, type) => {
    const from = reader.at;
    if (id === FILE.ROW_GROUPS) reader.list(() => rowGroups.push(readRowGroup(reader)));
    else if (id === FILE.SCHEMA || id === FILE.METADATA) {
      reader.skip(type);
      if (id === FILE.SCHEMA) schema = bytes.subarray(from, reader.at);
      schemaKey += `${id} ${Buffer.from(bytes.subarray(from, reader.at)).toString('latin1')}`;
    } else return false;
  });
  return { schemaKey, schema, rowGroups };
}

function readRowGroup(reader: ThriftReader): RowGroup {
  const from = reader.at;
  let numRows = 0;
  let bytes = 0;
  reader.struct((id) => {
    if (id === 2) bytes = reader.int();
    else if (id === 3) numRows = reader.int();
    else return false;
  });
  return { numRows, bytes, raw: reader.bytes.subarray(from, reader.at) };
}

/** The footer's entry for a column of a row group; each leaf of the schema has one. */
export interface ColumnChunk {
  readonly path: readonly string[];
  /** Bytes when they are not compressed. */
  readonly bytes: number;
  readonly numValues: number;
  readonly statistics: Statistics | undefined;
}

/** A writer's statistics of a column. `min` and `max` are encoded as the values are. */
export interface Statistics {
  readonly min?: Uint8Array;
  readonly max?: Uint8Array;
  readonly nullCount?: number;
}

/** The field of ColumnChunk that has the ColumnMetaData, and the fields of that. */
const CHUNK_METADATA = 3;
const COLUMN = { PATH: 3, NUM_VALUES: 5, BYTES: 6, STATISTICS: 12 };

export function readColumnChunks({ raw }: RowGroup): ColumnChunk[] {
  const reader = new ThriftReader(raw);
  const chunks: ColumnChunk[] = [];
  reader.struct((id) => {
    if (id !== 1) return false;
    reader.list(() => chunks.push(readColumnChunk(reader)));
  });
  return chunks;
}

function readColumnChunk(reader: ThriftReader): ColumnChunk {
  const path: string[] = [];
  let bytes = 0;
  let numValues = 0;
  let statistics: Statistics | undefined;
  reader.struct((chunkId) => {
    if (chunkId !== CHUNK_METADATA) return false;
    reader.struct((id) => {
      if (id === COLUMN.PATH) reader.list(() => path.push(reader.text()));
      else if (id === COLUMN.NUM_VALUES) numValues = reader.int();
      else if (id === COLUMN.BYTES) bytes = reader.int();
      else if (id === COLUMN.STATISTICS) statistics = readStatistics(reader);
      else return false;
    });
  });
  return { path, bytes, numValues, statistics };
}

function readStatistics(reader: ThriftReader): Statistics {
  let min: Uint8Array | undefined;
  let max: Uint8Array | undefined;
  let nullCount: number | undefined;
  // The older fields 1 and 2 are left out: writers did not agree on the order of text and unsigned numbers.
  reader.struct((id) => {
    if (id === 3) nullCount = reader.int();
    else if (id === 5) max = reader.binary();
    else if (id === 6) min = reader.binary();
    else return false;
  });
  return { min, max, nullCount };
}
