import type { Table } from 'apache-arrow';
import { ownTable, reviveSchema, tableOf, toIpcStream } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { hasArray, hasMethod, isObject, member } from '../util/index.js';
import type { FrameAdapter } from './adapter.js';
import { FLECHETTE_OPTIONS, type FlechetteOptions, optionsOf } from './flechette-options.js';
import {
  chunksOfFlechette,
  type FlechetteColumn,
  type FlechetteField,
  fieldOfFlechette,
} from './flechette-to-arrow.js';
import { loadPeer, requirePeer } from './load-peer.js';
import type { FlechetteTable } from './types.js';

/** The properties of a flechette table that this adapter reads. */
interface FlechetteFields extends FlechetteTable {
  readonly schema: {
    readonly fields: readonly FlechetteField[];
    readonly metadata: ReadonlyMap<string, string> | null;
    /** 1 when the data that it was made from is big-endian. */
    readonly endianness?: number;
  };
  readonly children: readonly FlechetteColumn[];
}

/** The function of flechette that this adapter uses. */
interface Flechette {
  tableFromIPC(bytes: Uint8Array, options: FlechetteOptions): FlechetteTable;
}

const BIG_ENDIAN = 1;
let flechette: Flechette | undefined;
const what = 'flechette tables';

/** The adapter of tables of @uwdata/flechette. */
export const flechetteAdapter: FrameAdapter<FlechetteTable> = {
  kind: 'flechette',
  matches: isFlechetteTable,
  toArrow: tableFromFlechette,
  fromArrow(table) {
    flechette ??= requirePeer('@uwdata/flechette', what) as Flechette;
    const text = table.schema.metadata.get(FLECHETTE_OPTIONS);
    const options = text === undefined ? {} : (JSON.parse(text) as FlechetteOptions);
    const made = flechette.tableFromIPC(toIpcStream(table), options) as FlechetteFields;
    // The options are of no use to the user.
    (made.schema.metadata as Map<string, string> | null)?.delete(FLECHETTE_OPTIONS);
    return made;
  },
  async load() {
    flechette ??= (await loadPeer('@uwdata/flechette', what)) as Flechette;
  },
};

function isFlechetteTable(value: unknown): value is FlechetteFields {
  if (!isObject(value) || !hasArray(value, 'names') || !hasArray(value, 'children')) return false;
  const schema = member(value, 'schema');
  return isObject(schema) && hasArray(schema, 'fields') && hasMethod(value, 'getChild');
}

function tableFromFlechette(frame: FlechetteTable): Table {
  const { schema: given, children, numRows } = frame as FlechetteFields;
  if (given.endianness === BIG_ENDIAN) {
    const what =
      'the numbers of this flechette table are big-endian, and flechette reads them the wrong way round';
    throw new ApplyError('ERR_UNSUPPORTED', `${what}: read them with pyarrow and write them again`);
  }
  const metadata = new Map(given.metadata ?? []);
  const options = optionsOf(children);
  if (Object.keys(options).length > 0) metadata.set(FLECHETTE_OPTIONS, JSON.stringify(options));
  const schema = reviveSchema({ fields: given.fields.map(fieldOfFlechette), metadata });
  const columns = children.map((column, k) => chunksOfFlechette(column, schema.fields[k].type));
  const lengths = columns.length > 0 ? columns[0].map((chunk) => chunk.length) : [numRows];
  const batches = lengths.map((length, b) => {
    return { schema, numRows: length, columns: columns.map((chunks) => chunks[b]) };
  });
  return ownTable(tableOf(schema, batches));
}
