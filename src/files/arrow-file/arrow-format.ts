import { Schema } from 'apache-arrow';
import { type Batch, tableOf } from '../../arrow/index.js';
import { ApplyError, isApplyError } from '../../errors.js';
import { checkColumns, TornError, UnsupportedError } from '../../persist/index.js';
import type { FilePart, Format, OpenFile, PartSource, Prepared, SourceFile } from '../format.js';
import { badFile, reopenFile } from '../open-file.js';
import { rowWidth } from '../row-width.js';
import { tornOrForeign } from '../torn-or-foreign.js';
import { BatchLoader, columnPlaces } from './batch-loader.js';
import { type BatchBlock, type Blocks, findBlocks, readBlock } from './blocks.js';
import { readBuffers } from './buffers.js';
import { dictionariesFor, readDictionaries, type SharedDictionaries } from './dictionaries.js';

const TORN = 'it ends too early, as if writing it had been interrupted';

/** The place of a batch as workers get it, with its number for messages. */
interface BatchPlace extends BatchBlock {
  readonly number: number;
}

/** Arrow files, also named Feather (version 2), and Arrow streams. */
export const arrowFormat: Format = {
  async open(file) {
    const blocks = await findBlocks(file)
      .then(withKnownTypes)
      .catch(async (error: unknown) => {
        throw error instanceof TornError
          ? await tornOrForeign(file, TORN, error)
          : damaged(file, undefined, error);
      });
    const { schema, batches } = blocks;
    const { path, size, modified } = file;
    return {
      schema,
      numRows: batches.reduce((sum, { numRows }) => sum + numRows, 0),
      parts: batches.map((block, number) => new BatchPart(schema, { ...block, number })),
      prepare: (columns) => prepare({ path, size, modified }, blocks, columns),
    };
  },

  async read(source, columns) {
    const place = source.place as BatchPlace;
    const file = await reopenFile(source.file);
    try {
      return await readBatch(file, source, place, columns);
    } catch (error) {
      throw damaged(source.file, place, error);
    } finally {
      await file.close();
    }
  },
};

/** Throws for a type that apache-arrow decodes but cannot represent. */
function withKnownTypes(blocks: Blocks): Blocks {
  for (const { type } of blocks.schema.fields) rowWidth(type);
  return blocks;
}

class BatchPart implements FilePart {
  readonly numRows: number;
  readonly place: BatchPlace;
  readonly #schema: Schema;

  constructor(schema: Schema, place: BatchPlace) {
    this.numRows = place.numRows;
    this.place = place;
    this.#schema = schema;
  }

  bytes(columns: readonly string[]): number {
    const widths = this.#schema.fields.map(({ name, type }) => ({ name, width: rowWidth(type) }));
    const all = widths.reduce((sum, { width }) => sum + width, 0);
    const wanted = widths
      .filter(({ name }) => columns.includes(name))
      .reduce((sum, { width }) => sum + width, 0);
    // The body tells how long texts are, unless it is compressed.
    return Math.max(wanted * this.numRows, all === 0 ? 0 : (this.place.bodyBytes * wanted) / all);
  }
}

async function prepare(source: SourceFile, blocks: Blocks, columns: readonly string[]): Promise<Prepared> {
  if (blocks.dictionaries.length === 0) return { shared: { versions: [] } satisfies SharedDictionaries };
  const file = await reopenFile(source);
  try {
    return { shared: await readDictionaries(file, blocks, columns) };
  } catch (error) {
    throw damaged(source, undefined, error);
  } finally {
    await file.close();
  }
}

async function readBatch(
  file: OpenFile,
  { schema, shared, allocate }: PartSource,
  place: BatchPlace,
  columns: readonly string[],
): Promise<Batch> {
  const { batch: header, body, hasUnionBitmaps } = (await readBlock(file, place)).framed;
  if (!header) throw new RangeError('its footer names other batches than are in it');
  const types = schema.fields.map(({ type }) => type);
  const places = columnPlaces(types, header, hasUnionBitmaps);
  const names = schema.fields.map(({ name }) => name);
  const positions = columns.map((name) => names.indexOf(name));
  const wanted = positions.flatMap((position) => {
    const { buffer, numBuffers } = places[position];
    return Array.from({ length: numBuffers }, (_, k) => buffer + k);
  });
  if (wanted.some((index) => header.buffers[index] === undefined)) {
    throw new RangeError('the metadata of a batch is damaged');
  }
  const buffers = await readBuffers(file, body, header, wanted, allocate);
  const dictionaries = dictionariesFor(schema, shared as SharedDictionaries, place.numDictionaries);
  const loader = new BatchLoader(header, buffers, dictionaries, hasUnionBitmaps);
  const batch: Batch = {
    schema: new Schema(positions.map((position) => schema.fields[position])),
    numRows: header.length,
    columns: positions.map((position) => loader.load(types[position], places[position])),
  };
  if (batch.columns.some(({ length }) => length !== header.length)) {
    throw new RangeError('the columns of a batch are not of its length');
  }
  checkColumns(tableOf(batch.schema, [batch]));
  return batch;
}

function damaged(
  { path }: { readonly path: string },
  place: BatchPlace | undefined,
  error: unknown,
): unknown {
  if (isApplyError(error)) return error;
  const where = place === undefined ? '' : `record batch ${place.number}: `;
  if (error instanceof TornError) {
    return badFile(path, `${where}${TORN}`, error);
  }
  if (error instanceof UnsupportedError) {
    const cause = { cause: error };
    return new ApplyError('ERR_UNSUPPORTED', `scan: ${path} cannot be read: ${where}${error.message}`, cause);
  }
  const { message } = error as Error;
  // apache-arrow names the bits that are not 8, 16, 32 or 64.
  const why = /Int type/.test(message)
    ? "a column has integers of a width that Arrow does not have, such as polars' Int128: cast it before writing"
    : message;
  return badFile(path, where + why, error);
}
