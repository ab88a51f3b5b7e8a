import type { Field } from 'apache-arrow';
import {
  describeData,
  describeField,
  reportToGc,
  reviveData,
  reviveField,
  type WireData,
  type WireField,
} from '../arrow/index.js';
import type { Results, Segment, SegmentColumn } from './segment.js';

/** {@link Results} as plain values that can be posted from a worker; buffers are shared, not copied. */
export interface WireResults {
  readonly segments: readonly WireSegment[];
  readonly empty?: { readonly group: number; readonly fields: readonly WireField[] };
  readonly undefineds?: number;
}

interface WireSegment {
  readonly first: number;
  readonly counts: Int32Array;
  readonly numRows: number;
  /**
   * The positions of input columns that came back with their own fields, of which there may be thousands in
   * every segment; -1 for the others, which `columns` lists. Left out where `columns` lists all.
   */
  readonly inputs?: Int32Array;
  readonly columns: readonly WireColumn[];
}

interface WireColumn {
  readonly field: WireField;
  readonly input?: number;
  readonly slot?: number;
  readonly data?: WireData;
}

/** Returns the fields of the grouped table that a group belongs to. */
export type InputFields = (group: number) => readonly Field[];

/**
 * Describes results for posting. With `fieldsOf`, they are only for a receiver that knows the input's
 * fields.
 */
export function describeResults(
  { segments, empty, undefineds }: Results,
  fieldsOf?: InputFields,
): WireResults {
  const described: WireSegment[] = [];
  for (const segment of segments) described.push(describeSegment(segment, fieldsOf));
  return {
    undefineds,
    segments: described,
    empty: empty && { group: empty.group, fields: empty.fields.map(describeField) },
  };
}

/* Functions and loops instead of closures, whose compiled code V8 drops between calls. */

function describeSegment(segment: Segment, fieldsOf: InputFields | undefined): WireSegment {
  const { inputs, listed } = splitOff(segment.columns, fieldsOf?.(segment.first));
  const columns: WireColumn[] = [];
  for (const { field, input, slot, data } of listed) {
    columns.push({ field: describeField(field), input, slot, data: data && describeData(data) });
  }
  return { ...segment, inputs, columns };
}

/**
 * Tells the input columns that came back with their own fields, by position, from the others. A plain loop:
 * segments are many, and each may have thousands of columns.
 */
function splitOff(columns: readonly SegmentColumn[], fields: readonly Field[] = []) {
  const inputs = new Int32Array(columns.length);
  const listed: SegmentColumn[] = [];
  for (let k = 0; k < columns.length; k++) {
    const { field, input } = columns[k];
    const isInput = input !== undefined && fields[input] === field;
    inputs[k] = isInput ? input : -1;
    if (!isInput) listed.push(columns[k]);
  }
  return { inputs: listed.length < columns.length ? inputs : undefined, listed };
}

/**
 * Makes results of what a worker posted, and reports the memory that this thread now holds to the garbage
 * collector.
 */
export function reviveResults({ segments, empty, undefineds }: WireResults, fieldsOf?: InputFields): Results {
  const revived: Segment[] = [];
  for (const segment of segments) revived.push(reviveSegment(segment, fieldsOf));
  return {
    undefineds,
    segments: revived,
    empty: empty && { group: empty.group, fields: empty.fields.map((field) => reviveField(field)) },
  };
}

function reviveSegment(
  { inputs, columns, ...segment }: WireSegment,
  fieldsOf: InputFields | undefined,
): Segment {
  const listed = columns.map(reviveColumn);
  const fields = fieldsOf?.(segment.first);
  if (!inputs || !fields) return { ...segment, columns: listed };
  let next = 0;
  const all: SegmentColumn[] = [];
  for (const input of inputs) all.push(input < 0 ? listed[next++] : { field: fields[input], input });
  return { ...segment, columns: all };
}

function reviveColumn({ field: wire, input, slot, data }: WireColumn): SegmentColumn {
  const field = reviveField(wire);
  if (slot !== undefined) return { field, slot };
  if (data === undefined) return { field, input: input as number };
  const revived = reviveData(field.type, data);
  reportToGc(revived.byteLength);
  return { field, data: revived };
}
