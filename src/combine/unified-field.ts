import { type DataType, Field } from 'apache-arrow';
import { sameType } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { commonMetadata, commonType } from './common-type.js';

/** A field, and the first group whose result has its type. */
interface FieldOfGroup {
  readonly field: Field;
  readonly group: number;
}

/**
 * A column of the combined table: unifies the fields that the groups' results have for it into one that holds
 * all values.
 */
export class UnifiedField {
  #unified: FieldOfGroup;
  #count = 1;
  /**
   * Fields that had no common type with the unified one of that time (`met`). A later field may hold both, as
   * float64 does for int64 and uint64, so they are tried again.
   */
  #left: { readonly met: FieldOfGroup; readonly other: FieldOfGroup }[] = [];

  constructor(field: Field, group: number) {
    this.#unified = { field, group };
  }

  /** Adds the field of the segment that begins with `group`. */
  add(field: Field, group: number): void {
    this.#count++;
    // A column handed back has the very field of the input in every segment.
    if (field === this.#unified.field) return;
    const other = { field, group };
    const unified = unify(this.#unified, other);
    if (unified) this.#unified = unified;
    else if (!this.#left.some(({ other }) => holds(other.field, field))) {
      this.#left.push({ met: this.#unified, other });
    }
  }

  /** Tries the fields that are left again, and tells whether all have a common type. */
  isUnified(): boolean {
    let count: number;
    do {
      count = this.#left.length;
      this.#left = this.#left.filter(({ other }) => {
        const unified = unify(this.#unified, other);
        if (unified) this.#unified = unified;
        return unified === undefined;
      });
    } while (this.#left.length < count);
    return count === 0;
  }

  /**
   * Returns the field, nullable if fewer than `segments` segments have the column. Throws where two types
   * have none in common.
   */
  take(segments: number, describeGroup: (group: number) => string): Field {
    if (!this.isUnified()) throw mismatch(this.#left[0].met, this.#left[0].other, describeGroup);
    const { field } = this.#unified;
    return this.#count === segments ? field : nullable(field);
  }
}

const holds = (a: Field, b: Field): boolean =>
  sameType(a.type, b.type) && (a.nullable || !b.nullable) && hasKeysOf(a, b);

const hasKeysOf = (a: Field, b: Field): boolean =>
  b.metadata.size === 0 || Array.from(b.metadata.keys()).every((key) => a.metadata.has(key));

/**
 * Unifies two fields; undefined where their types have none in common. The group is the one that brought the
 * type.
 */
function unify(before: FieldOfGroup, { field, group }: FieldOfGroup): FieldOfGroup | undefined {
  const type = commonType(before.field.type, field.type);
  if (type === undefined) return undefined;
  const isNullable = before.field.nullable || field.nullable;
  const isSame = sameType(type, before.field.type);
  // Fast path for nearly all segments: nothing changes.
  if (isSame && isNullable === before.field.nullable && hasKeysOf(before.field, field)) return before;
  const metadata = commonMetadata(before.field, field, type);
  return {
    field: new Field(field.name, isSame ? before.field.type : type, isNullable, metadata),
    group: isSame ? before.group : group,
  };
}

function mismatch(
  met: FieldOfGroup,
  other: FieldOfGroup,
  describeGroup: (group: number) => string,
): ApplyError {
  return new ApplyError(
    'ERR_SCHEMA_MISMATCH',
    `column '${other.field.name}' is ${met.field.type} in the result of group ${describeGroup(met.group)} ` +
      `and ${other.field.type} in that of group ${describeGroup(other.group)}; ` +
      'let the function give both the same type',
  );
}

const nullable = ({ name, type, metadata }: Field): Field =>
  new Field(name, type as DataType, true, metadata);
