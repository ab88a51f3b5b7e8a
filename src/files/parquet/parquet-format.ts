import { type Schema, tableFromIPC } from 'apache-arrow';
import {
  type CompiledLibrary,
  compileParquet,
  dropParquetLibrary,
  parquetLibrary,
} from '../../parquet-library/index.js';
import type { Format, OpenFile } from '../format.js';
import { badFile } from '../open-file.js';
import { tornOrForeign } from '../torn-or-foreign.js';
import { readFooter } from './footer.js';
import { readRowGroup, type SharedLibrary } from './read-row-group.js';
import { RowGroupPart } from './row-group.js';
import { type LeafElement, readFlatElements } from './schema-elements.js';

export const PARQUET_MAGIC = 'PAR1';
/** Bytes of the footer's length and the magic behind it. */
const END_BYTES = 8;
/** Read with the end of the file: most footers are smaller, and take no second read then. */
const FIRST_READ = 64 * 1024;
const MAX_SCHEMAS = 100;

export const parquetFormat: Format = {
  async open(file) {
    const [library, end] = await Promise.all([compileParquet(), readEnd(file)]);
    const footer = damagedIfThrown(file, () => readFooter(end.subarray(0, -END_BYTES)));
    const schema = schemaOf(file, footer.schemaKey, end, library);
    let elements: ReadonlyMap<string, LeafElement> | undefined;
    const flatElements = () => {
      elements ??= damagedIfThrown(file, () => readFlatElements(footer.schema));
      return elements;
    };
    const parts = footer.rowGroups.map((group, k) => new RowGroupPart(schema, flatElements, group, k));
    const shared: SharedLibrary = { library };
    // The footer's own count is wrong in some files.
    const numRows = parts.reduce((sum, part) => sum + part.numRows, 0);
    return { schema, numRows, parts, shared };
  },
  read: readRowGroup,
};

/** Reads the footer, with its length and the magic behind it. */
async function readEnd(file: OpenFile): Promise<Uint8Array> {
  const size = Math.min(file.size, FIRST_READ);
  const end = await file.read(file.size - size, size);
  const view = new DataView(end.buffer, end.byteOffset, end.byteLength);
  const magic = Buffer.from(end.subarray(-4)).toString('latin1');
  if (magic === 'PARE') throw badFile(file.path, 'its footer is encrypted');
  if (size < END_BYTES + 4 || magic !== PARQUET_MAGIC) {
    throw await tornOrForeign(file, 'it has no footer, as if writing it had been interrupted');
  }
  const length = view.getUint32(size - END_BYTES, true) + END_BYTES;
  if (length + 4 > file.size) throw badFile(file.path, 'its footer is damaged');
  return length <= size ? end.subarray(size - length) : file.read(file.size - length, length);
}

/** Schemas by their encoded form: the files of a data set mostly have one. */
const schemas = new Map<string, Schema>();

function schemaOf(file: OpenFile, key: string, end: Uint8Array, library: CompiledLibrary): Schema {
  const known = schemas.get(key);
  if (known) return known;
  const schema = damagedIfThrown(file, () => {
    try {
      return tableFromIPC(parquetLibrary(library).parquet.readSchema(end).intoIPCStream()).schema;
    } catch (error) {
      dropParquetLibrary();
      throw error;
    }
  });
  if (schemas.size === MAX_SCHEMAS) schemas.clear();
  schemas.set(key, schema);
  return schema;
}

function damagedIfThrown<T>(file: OpenFile, read: () => T): T {
  try {
    return read();
  } catch (error) {
    const why = error instanceof Error ? error.message : String(error);
    throw badFile(file.path, why, error);
  }
}
