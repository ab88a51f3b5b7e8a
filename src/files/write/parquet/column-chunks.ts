import { ThriftReader, ThriftType } from '../../parquet/index.js';
import {
  readStruct,
  type ThriftField,
  type ThriftList,
  type ThriftStruct,
  writeStruct,
} from './thrift-tree.js';

/*
 * Joins row groups that were encoded apart, even by columns, to one Parquet file. A Parquet file is the
 * encoded columns, one after the other, and a footer that says where each of them begins; so the columns are
 * copied as they are, and the footer is written anew.
 */

/** The fields of FileMetaData, RowGroup, ColumnChunk and ColumnMetaData that say where and how much. */
const FILE = { NUM_ROWS: 3, ROW_GROUPS: 4 };
const GROUP = { COLUMNS: 1, BYTES: 2, NUM_ROWS: 3, FILE_OFFSET: 5, COMPRESSED_BYTES: 6, ORDINAL: 7 };
const CHUNK = { FILE_OFFSET: 2, METADATA: 3, INDEXES: [4, 5, 6, 7] };
const COLUMN = {
  BYTES: 6,
  COMPRESSED_BYTES: 7,
  DATA_PAGE: 9,
  INDEX_PAGE: 10,
  DICTIONARY_PAGE: 11,
  BLOOM: [14, 15],
};

const { I16, I64, List: LIST, Struct: STRUCT } = ThriftType;

const MAGIC = Buffer.from('PAR1');
const END_BYTES = 8;

/** Encoded columns of one row group. */
export interface EncodedColumns {
  /** The columns' pages, one column after the other. */
  readonly bytes: Uint8Array;
  /** The ColumnChunk of each leaf column, with places in `bytes`. */
  readonly chunks: readonly ThriftStruct[];
}

/** Returns the columns of a Parquet file that has one row group. */
export function columnsOf(file: Uint8Array): EncodedColumns {
  const [group] = (fieldOf(footerOf(file), FILE.ROW_GROUPS) as ThriftList).items as ThriftStruct[];
  const chunks = (fieldOf(group, GROUP.COLUMNS) as ThriftList).items as ThriftStruct[];
  const from = MAGIC.length;
  let to = from;
  for (const chunk of chunks) {
    const column = metadataOf(chunk);
    to = Math.max(to, startOf(column) + (fieldOf(column, COLUMN.COMPRESSED_BYTES) as number));
    for (const id of CHUNK.INDEXES) chunk.delete(id);
    for (const id of COLUMN.BLOOM) column.delete(id);
    move(chunk, -from);
  }
  return { bytes: file.subarray(from, to), chunks };
}

export function footerOf(file: Uint8Array): ThriftStruct {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const length = view.getUint32(file.length - END_BYTES, true);
  // A copy: what is read from it is kept until the file ends, and would keep all columns in memory.
  const footer = new Uint8Array(file.subarray(file.length - END_BYTES - length, file.length - END_BYTES));
  return readStruct(new ThriftReader(footer));
}

/** A Parquet file that gets its row groups one after the other. */
export class ParquetAssembly {
  readonly #groups: ThriftStruct[] = [];
  #position = 0;
  #numRows = 0;

  /** Adds a row group, and returns the bytes to write. */
  add(pieces: readonly EncodedColumns[], numRows: number): Uint8Array[] {
    const out: Uint8Array[] = [];
    if (this.#position === 0) {
      out.push(MAGIC);
      this.#position = MAGIC.length;
    }
    const from = this.#position;
    const chunks: ThriftStruct[] = [];
    let numBytes = 0;
    for (const piece of pieces) {
      for (const chunk of piece.chunks) {
        move(chunk, this.#position);
        numBytes += fieldOf(metadataOf(chunk), COLUMN.BYTES) as number;
        chunks.push(chunk);
      }
      out.push(piece.bytes);
      this.#position += piece.bytes.length;
    }
    this.#groups.push(
      new Map<number, ThriftField>([
        [GROUP.COLUMNS, { type: LIST, value: { of: STRUCT, items: chunks } }],
        [GROUP.BYTES, { type: I64, value: numBytes }],
        [GROUP.NUM_ROWS, { type: I64, value: numRows }],
        [GROUP.FILE_OFFSET, { type: I64, value: from }],
        [GROUP.COMPRESSED_BYTES, { type: I64, value: this.#position - from }],
        // The format has 16 bits for it; readers do without.
        ...(this.#groups.length < 2 ** 15
          ? ([[GROUP.ORDINAL, { type: I16, value: this.#groups.length }]] as const)
          : []),
      ]),
    );
    this.#numRows += numRows;
    return out;
  }

  /** Returns the end of the file. `template` is the footer of a file with the same columns and no rows. */
  end(template: ThriftStruct): Uint8Array[] {
    const footer = new Map(template);
    footer.set(FILE.NUM_ROWS, { type: I64, value: this.#numRows });
    footer.set(FILE.ROW_GROUPS, { type: LIST, value: { of: STRUCT, items: this.#groups } });
    const bytes = writeStruct(footer);
    const length = Buffer.alloc(4);
    length.writeUInt32LE(bytes.length);
    return [...(this.#position === 0 ? [MAGIC] : []), bytes, length, MAGIC];
  }
}

const fieldOf = (struct: ThriftStruct, id: number): ThriftField['value'] | undefined => struct.get(id)?.value;

const metadataOf = (chunk: ThriftStruct): ThriftStruct => fieldOf(chunk, CHUNK.METADATA) as ThriftStruct;

function startOf(column: ThriftStruct): number {
  const dictionary = fieldOf(column, COLUMN.DICTIONARY_PAGE) as number | undefined;
  const data = fieldOf(column, COLUMN.DATA_PAGE) as number;
  return dictionary === undefined || dictionary <= 0 ? data : Math.min(dictionary, data);
}

/** Moves all places in a ColumnChunk. */
function move(chunk: ThriftStruct, by: number): void {
  const shift = (struct: ThriftStruct, id: number) => {
    const field = struct.get(id);
    if (field) struct.set(id, { ...field, value: (field.value as number) + by });
  };
  const column = metadataOf(chunk);
  for (const id of [COLUMN.DATA_PAGE, COLUMN.INDEX_PAGE, COLUMN.DICTIONARY_PAGE]) shift(column, id);
  // Writers may leave this place at 0, which means that the metadata is in the footer alone.
  if (fieldOf(chunk, CHUNK.FILE_OFFSET) !== 0) shift(chunk, CHUNK.FILE_OFFSET);
}
