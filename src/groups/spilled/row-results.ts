import { Schema } from 'apache-arrow';
import {
  type CombineInput,
  columnsBySlot,
  combine,
  ResultPacker,
  type Results,
  type Segment,
  schemaOfResults,
  slotsOf,
} from '../../combine/index.js';
import type { RowSpill } from '../../files/index.js';
import type { ResultSink } from '../result-collector.js';
import { type AlikeSegments, alikeSegments } from './alike-segments.js';

/** The place where a column was first seen: the group, and the position in its result. */
type FirstSeen = readonly [group: number, position: number];

/** Takes results, puts them into files by row, and tells the schema that they have together. */
export class RowResults implements ResultSink {
  readonly #spill: RowSpill;
  readonly #input: CombineInput;
  readonly #inputOfPieces: CombineInput;
  /** The results of each flush, by their types; their columns lie in files. */
  readonly #pieces: Segment[] = [];
  readonly #seen = new Map<string, FirstSeen>();
  readonly #replacements = new ResultPacker();
  #segments: Segment[] = [];
  #empty: Results['empty'];
  #numRows = 0;

  constructor(spill: RowSpill, { schema, declared, describeGroup }: CombineInput) {
    this.#spill = spill;
    const inputRows = (piece: Segment, k: number) => spill.column(this.#pieces.indexOf(piece), k);
    this.#input = { schema, declared, describeGroup, inputRows };
    // The table's types take the place of nulls when all results are there.
    this.#inputOfPieces = { ...this.#input, schema: new Schema([], schema.metadata) };
  }

  add({ segments, empty }: Results): void {
    this.#segments.push(...segments);
    if (empty && !(this.#empty && this.#empty.group <= empty.group)) this.#empty = empty;
  }

  replace(...replacement: Parameters<ResultSink['replace']>): void {
    this.#replacements.add(...replacement);
  }

  /**
   * Writes the results that have come until now to files, and resolves to them. More results may come
   * meanwhile; the next call must wait.
   *
   * @param rowsOf returns the numbers of the rows of a segment's groups
   */
  async flush(rowsOf: (segment: Segment) => Int32Array): Promise<readonly Segment[]> {
    this.add(this.#replacements.take());
    const segments = this.#segments.sort((a, b) => a.first - b.first);
    this.#segments = [];
    if (segments.length === 0) return segments;
    for (const segment of segments) this.#see(segment);
    // A declared schema is the type of all, so that nothing need be known of theirs.
    const parts = this.#input.declared ? [{ segments, brought: undefined }] : alikeSegments(segments);
    for (const { segments, brought } of parts) await this.#write(segments, rowsOf, brought);
    return segments;
  }

  /** Writes results of one type, and notes which group brought it. */
  async #write(
    segments: readonly Segment[],
    rowsOf: (segment: Segment) => Int32Array,
    brought: AlikeSegments['brought'] | undefined,
  ): Promise<void> {
    const table = combine([{ segments }], this.#inputOfPieces);
    await this.#spill.add(table, joined(segments.map(rowsOf), table.numRows));
    const { fields } = table.schema;
    const slots = slotsOf(fields);
    this.#pieces.push({
      first: segments[0].first,
      counts: Int32Array.of(table.numRows),
      numRows: table.numRows,
      columns: fields.map((field, input) => ({ field, input, group: brought?.get(slots[input])?.group })),
    });
    this.#numRows += table.numRows;
  }

  /** Returns the schema of a table of `numRows` rows with all results; rows without one are null. */
  schema(numRows: number): Schema {
    const found = this.#schema();
    if (this.#numRows === numRows) return found;
    const fields = found.fields.map((field) => field.clone({ nullable: true }));
    return new Schema(fields, found.metadata);
  }

  #schema(): Schema {
    if (this.#pieces.length === 0) return combine([{ segments: [], empty: this.#empty }], this.#input).schema;
    const pieces = [...this.#pieces].sort((a, b) => a.first - b.first);
    const schema = schemaOfResults(pieces, this.#input);
    if (this.#input.declared) return schema;
    const slots = slotsOf(schema.fields);
    const order = slots.map((slot, k) => ({
      seen: this.#seen.get(slot) as FirstSeen,
      field: schema.fields[k],
    }));
    order.sort(({ seen: a }, { seen: b }) => a[0] - b[0] || a[1] - b[1]);
    return new Schema(
      order.map(({ field }) => field),
      schema.metadata,
    );
  }

  /** Notes the columns of a segment: their order is that of their first groups, whichever is done first. */
  #see(segment: Segment): void {
    let position = 0;
    for (const slot of columnsBySlot(segment).keys()) {
      const seen = this.#seen.get(slot);
      if (seen === undefined || segment.first < seen[0]) this.#seen.set(slot, [segment.first, position]);
      position++;
    }
  }
}

function joined(parts: readonly Int32Array[], length: number): Int32Array {
  const all = new Int32Array(length);
  let at = 0;
  for (const part of parts) {
    all.set(part, at);
    at += part.length;
  }
  return all;
}
