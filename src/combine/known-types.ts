import { type DataType, type Field, type FixedSizeList, Type, type Union } from 'apache-arrow';
import { withFields } from '../arrow/index.js';

/**
 * Returns a field of the results in which every part that is null in all of them has the type that it has in
 * `known`, the table's field of that name. The elements of lists that are all empty are such parts.
 */
export function withKnownTypes(field: Field, known: Field): Field {
  if (field.type.typeId === Type.Null) {
    return field.clone({
      type: known.type,
      nullable: true,
      metadata: new Map([...known.metadata, ...field.metadata]),
    });
  }
  const type = withKnownParts(field.type, known.type);
  return type === field.type ? field : field.clone({ type });
}

function withKnownParts(type: DataType, known: DataType): DataType {
  if (type.typeId !== known.typeId || type.typeId === Type.Dictionary || !type.children?.length) return type;
  const fields: readonly Field[] = type.children;
  const knownFields: readonly Field[] = known.children;
  if (type.typeId === Type.Struct) {
    const byName = new Map(knownFields.map((field) => [field.name, field]));
    return withFields(
      type,
      fields.map((field) => {
        const same = byName.get(field.name);
        return same ? withKnownTypes(field, same) : field;
      }),
    );
  }
  if (!hasSameShape(type, known)) return type;
  return withFields(
    type,
    fields.map((field, k) => withKnownTypes(field, knownFields[k])),
  );
}

/** Tells whether two types other than structs have children that correspond by position. */
function hasSameShape(a: DataType, b: DataType): boolean {
  if (a.typeId !== b.typeId || a.children.length !== b.children.length) return false;
  switch (a.typeId) {
    case Type.FixedSizeList:
      return (a as FixedSizeList).listSize === (b as FixedSizeList).listSize;
    case Type.Union: {
      const [x, y] = [a as Union, b as Union];
      const hasSameName = (field: Field, k: number) => field.name === y.children[k].name;
      return x.mode === y.mode && String(x.typeIds) === String(y.typeIds) && x.children.every(hasSameName);
    }
    default:
      return true;
  }
}
