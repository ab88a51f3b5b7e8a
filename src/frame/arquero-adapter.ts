import { type Data, type DataType, Dictionary, Field, Int32, Schema, type Table, Type } from 'apache-arrow';
import {
  allocateShared,
  concatData,
  downcastData,
  tableOf,
  toIpcStream,
  valuesOfColumn,
} from '../arrow/index.js';
import type { ErrorCode } from '../errors.js';
import { hasMethod, isObject } from '../util/index.js';
import type { FrameAdapter } from './adapter.js';
import { ARQUERO_COLUMN, type ArqueroColumn, fieldFromArquero } from './arquero-column.js';
import type { Likeness } from './infer/index.js';
import { loadPeer, requirePeer } from './load-peer.js';
import type { ArqueroTable } from './types.js';

/** The methods of an arquero table that this adapter uses. */
interface ArqueroMethods extends ArqueroTable {
  column(name: string): ArqueroColumn;
  isFiltered(): boolean;
  isOrdered(): boolean;
  reify(): ArqueroMethods;
}

/** The functions of arquero that this adapter uses. */
interface Arquero {
  table(columns: Iterable<[string, unknown]>, names: string[]): ArqueroMethods;
  fromArrow(bytes: Uint8Array): ArqueroMethods;
}

let arquero: Arquero | undefined;
const what = 'arquero tables';

/** The adapter of arquero tables. */
export const arqueroAdapter: FrameAdapter<ArqueroTable> = {
  kind: 'arquero',
  matches: isArqueroTable,
  toArrow: (frame, code) => tableFromArquero(frame, code),
  fromArrow: arqueroFromTable,
  async load() {
    arquero ??= (await loadPeer('arquero', what)) as Arquero;
  },
};

function isArqueroTable(value: unknown): value is ArqueroMethods {
  return isObject(value) && methods.every((name) => hasMethod(value, name));
}

const methods = ['columnNames', 'reify', 'column', 'numRows'];

/**
 * Converts the rows that pass the table's filter, in the order of its `orderby`; its groups are ignored.
 *
 * @param likeOf returns the column of the group that the values of a name may come from
 */
export function tableFromArquero(
  frame: ArqueroTable,
  code: ErrorCode = 'ERR_BAD_RESULT',
  likeOf?: (name: string) => Likeness | undefined,
): Table {
  const given = frame as ArqueroMethods;
  const table = given.isFiltered() || given.isOrdered() ? given.reify() : given;
  const columns = table
    .columnNames()
    .map((name) => fieldFromArquero(table.column(name), name, { code, like: likeOf?.(name) }));
  const schema = new Schema(columns.map(({ field }) => field));
  return tableOf(schema, [
    {
      schema,
      numRows: table.numRows(),
      columns: columns.map(({ chunks, field }) =>
        chunks.length === 1 ? chunks[0] : concatData(field.type, chunks, allocateShared),
      ),
    },
  ]);
}

/**
 * Tells whether a column of a table is the Arrow column that `given` has under this name; arrays may have
 * changed.
 */
export function isSameArqueroColumn(frame: unknown, given: unknown, name: string): boolean {
  if (!isArqueroTable(frame) || !isArqueroTable(given)) return false;
  if (frame.isFiltered() || frame.isOrdered()) return false;
  const column = frame.column(name);
  return column === given.column(name) && !Array.isArray(column) && !ArrayBuffer.isView(column);
}

/** Makes an arquero table; columns that were JavaScript arrays become such again. */
function arqueroFromTable(table: Table): ArqueroTable {
  arquero ??= requirePeer('arquero', what) as Arquero;
  const { fields } = table.schema;
  const names = fields.map((field) => field.name);
  const chunks = fields.map((_, k) => table.batches.map((batch) => batch.data.children[k]));
  const arrow = arrowColumns(arquero, fields, chunks);
  const columns = fields.map((field, k) => arrow.get(k) ?? jsColumn(field, chunks[k]));
  return arquero.table(
    names.map((name, k): [string, unknown] => [name, columns[k]]),
    names,
  );
}

/** Returns a column as the typed array it was, if it has no null, else as an array. */
function jsColumn(field: Field, chunks: readonly Data[]): unknown {
  if (field.metadata.get(ARQUERO_COLUMN) === 'typed' && chunks.every((chunk) => chunk.nullCount === 0)) {
    return chunks.length === 1 ? chunks[0].values : concatData(field.type, chunks, allocateShared).values;
  }
  return valuesOfColumn(chunks, field);
}

/** Returns a dictionary column with indices of 32 bits: arquero fails for nulls among those of 64. */
function withShortIndices(type: DataType, chunks: readonly Data[]): readonly Data[] {
  if (type.typeId !== Type.Dictionary) return chunks;
  const { dictionary, indices, id, isOrdered } = type as Dictionary;
  if (indices.ArrayType.BYTES_PER_ELEMENT < 8) return chunks;
  const short = new Dictionary(dictionary, new Int32(), id, isOrdered);
  return chunks.map((chunk) => downcastData(chunk, short));
}

/** Has arquero itself convert the columns that were no JavaScript arrays; returns them by position. */
function arrowColumns(
  library: Arquero,
  fields: readonly Field[],
  chunks: readonly Data[][],
): Map<number, unknown> {
  const positions = fields.flatMap((field, k) => (field.metadata.has(ARQUERO_COLUMN) ? [] : [k]));
  if (positions.length === 0) return new Map();
  // Names columns by position, because two columns may have one name.
  const readable = new Map(positions.map((k) => [k, withShortIndices(fields[k].type, chunks[k])]));
  const schema = new Schema(
    positions.map((k) => new Field(String(k), readable.get(k)?.[0]?.type ?? fields[k].type, true)),
  );
  const batches = (chunks[0] ?? []).map(({ length }, b) => {
    return { schema, numRows: length, columns: positions.map((k) => readable.get(k)?.[b] as Data) };
  });
  const table = library.fromArrow(toIpcStream(tableOf(schema, batches)));
  return new Map(positions.map((k) => [k, table.column(String(k))]));
}
