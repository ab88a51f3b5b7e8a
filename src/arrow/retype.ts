import type { DataType } from 'apache-arrow';

/** Returns a nested type with the types of its children, which change if a dictionary index widens. */
export function retype<T extends DataType>(type: T, children: readonly { type: DataType }[]): T {
  if (children.every((child, k) => child.type === type.children[k].type)) return type;
  const fields = type.children.map((field, k) => field.clone({ type: children[k].type }));
  return Object.create(Object.getPrototypeOf(type), {
    ...Object.getOwnPropertyDescriptors(type),
    children: { value: fields, enumerable: true, writable: true, configurable: true },
  });
}
