import { type DataType, type Dictionary, Type } from 'apache-arrow';
import { elementsOf } from '../../arrow/index.js';
import type { Likeness } from './context.js';

const LISTS: ReadonlySet<Type> = new Set([Type.List, Type.LargeList, Type.FixedSizeList]);

/** Returns what the elements of lists are like. */
export function likeElements(like: Likeness | undefined): Likeness | undefined {
  if (like === undefined || !LISTS.has(like.type.typeId)) return undefined;
  return likeness(like.type.children[0].type, like.data && elementsOf(like.data));
}

/** Returns what the members of this name are like, of structs. */
export function likeMember(like: Likeness | undefined, name: string): Likeness | undefined {
  if (like?.type.typeId !== Type.Struct) return undefined;
  const k = like.type.children.findIndex((field) => field.name === name);
  return k < 0 ? undefined : likeness(like.type.children[k].type, like.data?.children[k]);
}

/** Returns what values of this type are like; those of a dictionary are like its values. */
export function likeness(type: DataType, data?: Likeness['data']): Likeness {
  return type.typeId === Type.Dictionary ? { type: (type as Dictionary).dictionary } : { type, data };
}
