import {
  describeData,
  describeField,
  reportToGc,
  reviveData,
  reviveField,
  type WireData,
  type WireField,
} from '../arrow/index.js';
import type { Results, SegmentColumn } from './segment.js';

/** {@link Results} as plain values that can be posted from a worker; buffers are shared, not copied. */
export interface WireResults {
  readonly segments: readonly {
    readonly first: number;
    readonly counts: Int32Array;
    readonly numRows: number;
    readonly columns: readonly {
      readonly field: WireField;
      readonly input?: number;
      readonly data?: WireData;
    }[];
  }[];
  readonly empty?: { readonly group: number; readonly fields: readonly WireField[] };
}

/** Describes results for posting. */
export function describeResults({ segments, empty }: Results): WireResults {
  return {
    segments: segments.map((segment) => ({
      ...segment,
      columns: segment.columns.map(({ field, input, data }) => ({
        field: describeField(field),
        input,
        data: data && describeData(data),
      })),
    })),
    empty: empty && { group: empty.group, fields: empty.fields.map(describeField) },
  };
}

/**
 * Makes results of what a worker posted, and reports the memory that this thread now holds to the garbage
 * collector.
 */
export function reviveResults({ segments, empty }: WireResults): Results {
  return {
    segments: segments.map((segment) => ({
      ...segment,
      columns: segment.columns.map(({ field: wire, input, data }): SegmentColumn => {
        const field = reviveField(wire);
        if (data === undefined) return { field, input: input as number };
        const revived = reviveData(field.type, data);
        reportToGc(revived.byteLength);
        return { field, data: revived };
      }),
    })),
    empty: empty && { group: empty.group, fields: empty.fields.map((field) => reviveField(field)) },
  };
}
