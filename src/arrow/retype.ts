import type { DataType, Field } from 'apache-arrow';

/** Returns a nested type with the types of its children, which change if a dictionary index widens. */
export function retype<T extends DataType>(type: T, children: readonly { type: DataType }[]): T {
  return withFields(
    type,
    (type.children ?? []).map((field, k) =>
      children[k].type === field.type ? field : field.clone({ type: children[k].type }),
    ),
  );
}

/** Returns a nested type with other fields as its children; the type itself if they are its own. */
export function withFields<T extends DataType>(type: T, fields: readonly Field[]): T {
  if (fields.every((field, k) => field === type.children[k])) return type;
  return Object.create(Object.getPrototypeOf(type), {
    ...Object.getOwnPropertyDescriptors(type),
    children: { value: [...fields], enumerable: true, writable: true, configurable: true },
  });
}
