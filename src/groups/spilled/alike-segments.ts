import { type DataType, type Field, Type } from 'apache-arrow';
import { JS_KIND, sameType } from '../../arrow/index.js';
import { columnsBySlot, type Segment } from '../../combine/index.js';

/** Segments whose columns of one name have one type. */
export interface AlikeSegments {
  readonly segments: Segment[];
  /** For each column: its type, and the first group that has it. */
  readonly brought: Map<string, BroughtType>;
}

interface BroughtType {
  readonly field: Field;
  readonly group: number;
}

/**
 * Divides segments, which are in group order, by the types of their columns. Types are not united here: what
 * unites them may be in results that come later.
 */
export function alikeSegments(segments: readonly Segment[]): AlikeSegments[] {
  const all: AlikeSegments[] = [];
  for (const segment of segments) {
    const columns = Array.from(columnsBySlot(segment), ([slot, { field }]) => [slot, field] as const);
    const fits = ({ brought }: AlikeSegments) =>
      columns.every(([slot, field]) => isAlike(field, brought.get(slot)?.field));
    let alike = all.find(fits);
    if (alike === undefined) {
      alike = { segments: [], brought: new Map() };
      all.push(alike);
    }
    alike.segments.push(segment);
    for (const [slot, field] of columns) {
      const before = alike.brought.get(slot);
      // Nulls alone bring no type.
      if (before && (!isNull(before.field.type) || isNull(field.type))) continue;
      alike.brought.set(slot, { field, group: segment.first });
    }
  }
  return all;
}

const isNull = ({ typeId }: DataType) => typeId === Type.Null;

const isAlike = (field: Field, before: Field | undefined): boolean =>
  before === undefined ||
  isNull(field.type) ||
  isNull(before.type) ||
  (sameType(field.type, before.type) && field.metadata.get(JS_KIND) === before.metadata.get(JS_KIND));
