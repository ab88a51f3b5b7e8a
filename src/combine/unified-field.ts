import { type DataType, Field } from 'apache-arrow';
import { sameType } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { commonMetadata, commonType } from './common-type.js';

/** A type, and the group that was the first to bring it. */
interface Brought {
  readonly field: Field;
  readonly group: number;
}

/** A column of the result: the type that holds what every group has under this name. */
export class UnifiedField {
  #united: Brought;
  #count = 1;
  /** Types that nothing so far goes with, and what they met; one that comes later may hold both, as float64 does for int64 and uint64. */
  #left: { readonly met: Brought; readonly other: Brought }[] = [];

  constructor(field: Field, group: number) {
    this.#united = { field, group };
  }

  /** The same column in the results of `group` and perhaps some after it. */
  add(field: Field, group: number): void {
    this.#count++;
    const other = { field, group };
    const united = unite(this.#united, other);
    if (united) this.#united = united;
    else if (!this.#left.some(({ other }) => holds(other.field, field))) {
      this.#left.push({ met: this.#united, other });
    }
  }

  /** Have all types so far something in common? */
  isUnited(): boolean {
    let count: number;
    do {
      count = this.#left.length;
      this.#left = this.#left.filter(({ other }) => {
        const united = unite(this.#united, other);
        if (united) this.#united = united;
        return united === undefined;
      });
    } while (this.#left.length < count);
    return count === 0;
  }

  /** The field; nullable where not all of `segments` have the column. Throws where two types have nothing in common. */
  take(segments: number, describeGroup: (group: number) => string): Field {
    if (!this.isUnited()) throw mismatch(this.#left[0].met, this.#left[0].other, describeGroup);
    const { field } = this.#united;
    return this.#count === segments ? field : nullable(field);
  }
}

const holds = (a: Field, b: Field): boolean =>
  sameType(a.type, b.type) && (a.nullable || !b.nullable) && hasKeysOf(a, b);

const hasKeysOf = (a: Field, b: Field): boolean =>
  b.metadata.size === 0 || Array.from(b.metadata.keys()).every((key) => a.metadata.has(key));

function unite(before: Brought, { field, group }: Brought): Brought | undefined {
  const type = commonType(before.field.type, field.type);
  if (type === undefined) return undefined;
  const isNullable = before.field.nullable || field.nullable;
  const isSame = sameType(type, before.field.type);
  // The way of nearly every segment of nearly every result: nothing new.
  if (isSame && isNullable === before.field.nullable && hasKeysOf(before.field, field)) return before;
  const metadata = commonMetadata(before.field, field, type);
  return {
    field: new Field(field.name, isSame ? before.field.type : type, isNullable, metadata),
    group: isSame ? before.group : group,
  };
}

function mismatch(met: Brought, other: Brought, describeGroup: (group: number) => string): ApplyError {
  return new ApplyError(
    'ERR_SCHEMA_MISMATCH',
    `column '${other.field.name}' is ${met.field.type} in the result of group ${describeGroup(met.group)} ` +
      `and ${other.field.type} in that of group ${describeGroup(other.group)}; let the function give both the same type`,
  );
}

const nullable = ({ name, type, metadata }: Field): Field =>
  new Field(name, type as DataType, true, metadata);
