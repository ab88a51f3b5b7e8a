import { type Data, type Field, Schema } from 'apache-arrow';
import type { Batch } from '../arrow/index.js';
import type { KnownColumns } from './adapter.js';
import type { GroupView } from './group-view.js';
import type { LazyCells } from './lazy-cells.js';

/** Makes one view of several tables' parts of a group. */
export type ViewJoiner = (views: readonly GroupView[]) => GroupView;

/**
 * Returns what joins views of these tables, one of each. The columns of all tables count as input columns,
 * one table after the other.
 */
export function viewJoiner(batches: readonly Batch[]): ViewJoiner {
  const fields = batches.flatMap(({ schema }) => schema.fields);
  const columns = batches.flatMap((batch) => batch.columns);
  // A table beside itself has dictionaries of one id twice, which Schema would refuse to list.
  const schema = new Schema(fields, undefined, new Map());
  const batch: Batch = { schema, columns, numRows: 0 };
  const offsets: number[] = [0];
  for (const each of batches) offsets.push(offsets[offsets.length - 1] + each.columns.length);
  const positions = new Map<string, number>();
  fields.forEach(({ name }, k) => {
    if (!positions.has(name)) positions.set(name, k);
  });
  return (views) => new JoinedView(views, batch, positions, offsets);
}

/** Several tables' parts of a group, each of which the function gets as a frame of its own. */
class JoinedView implements GroupView {
  readonly knownColumns: KnownColumns | undefined;

  constructor(
    readonly views: readonly GroupView[],
    readonly batch: Batch,
    readonly positions: ReadonlyMap<string, number>,
    /** The position of each table's first column. */
    readonly offsets: readonly number[],
  ) {
    const known = views.map(({ knownColumns }) => knownColumns).filter((each) => each !== undefined);
    this.knownColumns = known.length === 0 ? undefined : new AnyKnownColumns(known);
  }

  get frame(): unknown {
    return this.views[0].frame;
  }

  get frames(): readonly unknown[] {
    return this.views.map(({ frame }) => frame);
  }

  rowsOf(input: number): Data {
    const side = this.#sideOf(input);
    return this.views[side].rowsOf(input - this.offsets[side]);
  }

  isUnchanged(input: number, column: unknown): boolean {
    const side = this.#sideOf(input);
    return this.views[side].isUnchanged(input - this.offsets[side], column);
  }

  mayBeInput(column: unknown): boolean {
    return this.views.some((view) => view.mayBeInput(column));
  }

  inputOfColumn(name: string, column: unknown): number | undefined {
    return this.#find((view) => view.inputOfColumn(name, column));
  }

  inputOfChunks(name: string, chunks: readonly Data[]): number | undefined {
    return this.#find((view) => view.inputOfChunks(name, chunks));
  }

  inputOfData(data: Data): number | undefined {
    return this.#find((view) => view.inputOfData(data));
  }

  sourceOf(name: string): { readonly field: Field; readonly data: Data } | undefined {
    for (const view of this.views) {
      const source = view.sourceOf(name);
      if (source !== undefined) return source;
    }
    return undefined;
  }

  #sideOf(input: number): number {
    return this.offsets.findLastIndex((offset) => offset <= input);
  }

  #find(find: (view: GroupView) => number | undefined): number | undefined {
    for (let side = 0; side < this.views.length; side++) {
      const input = find(this.views[side]);
      if (input !== undefined) return this.offsets[side] + input;
    }
    return undefined;
  }
}

class AnyKnownColumns implements KnownColumns {
  constructor(readonly all: readonly KnownColumns[]) {}

  find(name: string, cells: LazyCells, dtype: string) {
    for (const known of this.all) {
      const found = known.find(name, cells, dtype);
      if (found !== undefined) return found;
    }
    return undefined;
  }

  like(name: string) {
    for (const known of this.all) {
      const like = known.like(name);
      if (like !== undefined) return like;
    }
    return undefined;
  }
}
