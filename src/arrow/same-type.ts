import { type DataType, type Dictionary, type Field, Type } from 'apache-arrow';
import { describeType } from './wire-types.js';

/**
 * Tells whether types mean the same. Dictionary ids, metadata, and names of nested fields other than struct
 * members do not count.
 */
export function sameType(a: DataType, b: DataType): boolean {
  if (a === b) return true;
  if (a.typeId !== b.typeId) return false;
  if (a.typeId === Type.Dictionary) {
    const x = a as Dictionary;
    const y = b as Dictionary;
    return (
      sameType(x.dictionary, y.dictionary) && sameType(x.indices, y.indices) && x.isOrdered === y.isOrdered
    );
  }
  const fieldsA: readonly Field[] = a.children ?? [];
  const fieldsB: readonly Field[] = b.children ?? [];
  if (fieldsA.length !== fieldsB.length) return false;
  const nested = fieldsA.every(
    (field, k) =>
      (a.typeId !== Type.Struct || field.name === fieldsB[k].name) && sameType(field.type, fieldsB[k].type),
  );
  return nested && String(describeType(a).args) === String(describeType(b).args);
}
