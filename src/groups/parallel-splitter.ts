import { type Data, DataType, type Dictionary, type Table, Type, type Vector } from 'apache-arrow';
import {
  allocateShared,
  type Batch,
  batchOfColumns,
  constantWidth,
  dataOf,
  describeData,
  describeType,
  isSharedData,
  keepHeap,
  layoutOf,
  namingColumn,
  reviveData,
  unifyDictionaries,
} from '../arrow/index.js';
import {
  areInPlace,
  type ChunkedColumn,
  type ColumnPart,
  ConstantOffsets,
  canGroupByRanges,
  chunkedColumn,
  columnInPlaces,
  columnParts,
  fillInPlace,
  type Grouping,
  type GroupingOptions,
  groupRows,
  hasDictionaryInside,
  inPlacesOf,
  joinParts,
  keepsUnobserved,
  mergeRangeKeys,
  type RepeatedKeys,
  repeatedKeys,
  repeatKeys,
  scatterColumn,
  scatterTable,
} from '../split/index.js';
import type { RowRange, SplitResults, SplitTask, WireColumn } from './split-kernel.js';
import { inSharedMemory, rangesFor, runParts } from './split-parts.js';

/**
 * Splits a table in workers, with the same results as {@link groupRows} and `scatterTable`. Workers read and
 * write shared memory; this thread moves the columns that lie elsewhere meanwhile.
 */
export class ParallelSplitter {
  readonly #workers: number;
  readonly #signal: AbortSignal;

  constructor(workers: number, signal: AbortSignal) {
    this.#workers = workers;
    this.#signal = signal;
  }

  async group(given: readonly ChunkedColumn[], length: number, options: GroupingOptions): Promise<Grouping> {
    const keys = given.map((key) => key.periodKeys?.column ?? key);
    const isForWorkers =
      keys.every(isSharedColumn) && canGroupByRanges(keys, options) && !keepsUnobserved(given, options);
    const dictionaries = isForWorkers ? keys.map(dictionaryOf) : [undefined];
    if (dictionaries.includes(undefined)) return groupRows(given, length, options);
    const ranges = this.#ranges(length);
    const codes = new Int32Array(allocateShared(length * 4).buffer);
    const columns = keys.map(describeColumn);
    const { dropna } = options;
    const found = await this.#run({ stage: 'keys', columns, ranges, codes, dropna }, ranges);
    const types = keys.map(({ type }) => type);
    const revived = found.map(({ distinct, ...range }) => ({
      ...range,
      // Without the messages' own copies of the dictionary, which would all have to be compared.
      distinct: distinct.map((data, k) => {
        const revived = reviveData(types[k], { ...data, dictionary: undefined });
        if (dictionaries[k]) revived.dictionary = dictionaries[k];
        return revived;
      }),
    }));
    const { next: places, ...grouping } = mergeRangeKeys(types, revived, options);
    const inPlace = areInPlace(grouping, length);
    if (inPlace) {
      // This thread writes them sooner than it can ask the workers.
      fillInPlace(codes);
    } else {
      const next = places.map(inSharedMemory);
      await this.#run({ stage: 'places', ranges, codes, next }, ranges);
    }
    return { ...grouping, places: codes, inPlace };
  }

  /**
   * Moves the rows of a table to their places; `keys` are the columns that it is grouped by.
   *
   * @param spend is called at once if a column gets the memory of the places; without it, none does
   */
  async scatter(
    table: Table,
    grouping: Grouping,
    keys: readonly ChunkedColumn[] = [],
    spend?: () => void,
  ): Promise<Batch> {
    // One thread copies rows that are in place faster than several scatter them.
    if (grouping.inPlace) return scatterTable(table, grouping);
    const length = grouping.starts[grouping.numGroups];
    const ranges = this.#ranges(table.numRows);
    const offsets = new ConstantOffsets(allocateShared);
    const { fields } = table.schema;
    const repeated = fields.map((_, k) => repeatedKeys(chunkedColumn(table, k), grouping, keys));
    const moves = fields.map(({ name }, k) => {
      if (repeated[k]) return undefined;
      return namingColumn(name, () => moveOf(chunkedColumn(table, k), length, ranges, offsets));
    });
    const theirs = moves.flatMap((move) => move ?? []);
    if (theirs.length === 0) return scatterTable(table, grouping, keys, undefined, spend);
    const last = spend ? columnInPlaces(repeated, grouping) : -1;
    if (last >= 0) spend?.();
    const places = inSharedMemory(grouping.places);
    const parts = theirs.flatMap((move, column) => move.parts.map((part) => ({ column, part })));
    // Whole columns first: they take longest, and must not begin when all else is done.
    parts.sort((a, b) => Number(isWhole(b.part)) - Number(isWhole(a.part)));
    const theirColumns = theirs.map(({ moved }) => describeColumn(moved));
    const spans = parts.map(({ part }): RowRange => ('from' in part ? [part.from, part.to] : [0, length]));
    const running = this.#run({ stage: 'columns', columns: theirColumns, places, length, parts }, spans);
    // Prevents an unhandled rejection; awaited below.
    running.catch(() => {});
    const made = moves.map((move, k) => {
      if (move || k === last) return undefined;
      return namingColumn(fields[k].name, () => {
        const keys = repeated[k];
        if (keys) return repeatKeys(keys, grouping, allocateShared, offsets);
        return scatterColumn(chunkedColumn(table, k), places, length);
      });
    });
    const results = await running;
    const ofColumn: (typeof results)[] = theirs.map(() => []);
    for (const [at, result] of results.entries()) ofColumn[parts[at].column].push(result);
    let column = 0;
    for (const [k, move] of moves.entries()) {
      if (move) made[k] = namingColumn(fields[k].name, () => move.finish(ofColumn[column++]));
    }
    // Now that no worker reads the places any more.
    if (last >= 0)
      made[last] = repeatKeys(repeated[last] as RepeatedKeys, grouping, inPlacesOf(grouping), offsets);
    const columns = made as Data[];
    keepHeap(columns.reduce((sum, { byteLength }) => sum + byteLength, 0));
    return batchOfColumns(table, columns, length);
  }

  #ranges(length: number): RowRange[] {
    return rangesFor(this.#workers, length);
  }

  #run<S extends keyof SplitResults>(
    task: SplitTask & { readonly stage: S },
    spans: readonly RowRange[],
  ): Promise<SplitResults[S][]> {
    return runParts<S>(task, spans, this.#workers, this.#signal);
  }
}

/** A column that workers move. */
interface ColumnMove {
  /** The column that workers move: the indices of a dictionary column, otherwise the column itself. */
  readonly moved: ChunkedColumn;
  readonly parts: readonly ColumnPart[];
  /** Makes a column of the parts' results. */
  finish(results: readonly SplitResults['columns'][]): Data;
}

/** Returns how workers move a column; undefined if they cannot. */
function moveOf(
  column: ChunkedColumn,
  length: number,
  ranges: readonly RowRange[],
  offsets: ConstantOffsets,
): ColumnMove | undefined {
  if (column.type.typeId === Type.Dictionary) return moveOfIndices(column, length, ranges, offsets);
  const { type } = column;
  // Joining may replace dictionaries inside lists and structs, which workers could not follow.
  if (!isSharedColumn(column) || hasDictionaryInside(type)) return undefined;
  const plan = columnParts(column, length, ranges, offsets);
  const finish: ColumnMove['finish'] = (results) =>
    joinParts(
      type,
      length,
      plan,
      results.map((result) =>
        result.kind === 'whole' ? { ...result, data: reviveData(type, result.data) } : result,
      ),
    );
  return { moved: column, parts: plan.parts, finish };
}

function moveOfIndices(
  column: ChunkedColumn,
  length: number,
  ranges: readonly RowRange[],
  offsets: ConstantOffsets,
): ColumnMove | undefined {
  const { type, dictionary, chunks } = unifyDictionaries(column.type as Dictionary, column.chunks);
  const plain = chunks.map((chunk) =>
    reviveData(type.indices, { ...describeData(chunk), dictionary: undefined }),
  );
  const move = moveOf({ type: type.indices, chunks: plain }, length, ranges, offsets);
  return (
    move && {
      ...move,
      finish(results) {
        const { nullCount, values, nullBitmap } = move.finish(results);
        const validity = nullCount > 0 ? nullBitmap : undefined;
        return dataOf(type, length, nullCount, { values, validity }, { dictionary });
      },
    }
  );
}

const isWhole = ({ kind }: ColumnPart): boolean => kind === 'whole';

const isSharedColumn = ({ chunks }: ChunkedColumn): boolean => chunks.every(isSharedData);

/** Returns a column's only dictionary; null without one, undefined if there are several. */
function dictionaryOf({ type, chunks }: ChunkedColumn): Vector | null | undefined {
  if (!DataType.isDictionary(type)) return null;
  const unified = unifyDictionaries(type, chunks);
  return unified.chunks === chunks ? unified.dictionary : undefined;
}

const describeColumn = ({ type, chunks, cells }: ChunkedColumn): WireColumn => ({
  type: describeType(cells ? (chunks[0]?.type ?? type) : type),
  chunks: chunks.map(describeData),
  cells,
  // Known for the whole table; a worker would look at each offset of its rows.
  width: !cells && layoutOf(type) === 'variable' ? constantWidth(chunks) : undefined,
});
