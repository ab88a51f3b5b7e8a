import type { PrivateSetters } from './compile.js';
import { applyIntegrity } from './integrity.js';
import { type ContainerNode, type Field, type FunctionNode, isRef, type Node, type Slot } from './payload.js';

type Value = (slot: Slot) => unknown;
type IsReady = (slot: Slot) => boolean;

/**
 * Gives an empty value its contents, properties and prototype. Returns false when some of these do not exist
 * yet; the caller then calls it again later.
 */
export function populate(
  node: Node,
  shell: unknown,
  value: Value,
  isReady: IsReady,
  setters?: PrivateSetters,
): boolean {
  switch (node.kind) {
    case 'object':
    case 'array':
    case 'map':
    case 'set':
    case 'error':
      return populateContainer(node, shell as object, value, isReady);
    case 'function':
      return populateFunction(node, shell as object, value, isReady, setters);
    case 'member':
      return (
        !node.fields ||
        !Object.isExtensible(shell) ||
        defineFields(shell as object, node.fields, value, isReady)
      );
    case 'wrapped':
      return defineFields(shell as object, node.fields, value, isReady);
    case 'copy':
      return (
        setPrototype(shell as object, node.proto, value, isReady) &&
        defineFields(shell as object, node.fields ?? [], value, isReady)
      );
    case 'shared':
      return setPrototype(shell as object, node.proto, value, isReady);
    default:
      return true;
  }
}

function populateContainer(node: ContainerNode, shell: object, value: Value, isReady: IsReady): boolean {
  // Only a complete value is frozen, sealed or closed.
  if (!Object.isExtensible(shell)) return true;
  // Puts all entries of a map or set in at once, as that keeps their order.
  const complete = node.items.every(isReady);
  if (complete) {
    const { items } = node;
    if (shell instanceof Map) {
      shell.clear();
      for (let index = 0; index < items.length; index += 2)
        shell.set(value(items[index]), value(items[index + 1]));
    } else if (shell instanceof Set) {
      shell.clear();
      for (const item of items) shell.add(value(item));
    } else if (Array.isArray(shell)) {
      for (let index = 0; index < items.length; index++) shell[index] = value(items[index]);
    } else if (node.kind === 'error') {
      // Removes what `new Error()` has set and the captured error did not have.
      for (const key of ['stack', 'message'])
        if (!node.fields.some((field) => field.key === key)) Reflect.deleteProperty(shell, key);
    }
  }
  // Sets the prototype last: until then an instance is a plain object, whose properties may be assigned.
  const defined = defineFields(shell, node.fields, value, isReady);
  const done = setPrototype(shell, node.proto, value, isReady) && defined && complete;
  if (done) applyIntegrity(shell, node.integrity);
  return done;
}

function populateFunction(
  node: FunctionNode,
  shell: object,
  value: Value,
  isReady: IsReady,
  setters: PrivateSetters = {},
): boolean {
  if (!Object.isExtensible(shell)) return true;
  for (const key of node.removed?.statics ?? []) Reflect.deleteProperty(shell, key);
  for (const key of node.removed?.members ?? [])
    Reflect.deleteProperty(Reflect.get(shell, 'prototype') as object, key);
  const own = Object.getOwnPropertyDescriptor(shell, 'name');
  if (own?.configurable && typeof own.value === 'string' && own.value !== node.name) {
    Object.defineProperty(shell, 'name', { ...own, value: node.name });
  }
  // Defining all static fields anew keeps their order, also where the class has made some by itself.
  if (node.isClass && node.fields.every((field) => !('value' in field) || isReady(field.value))) {
    for (const { key } of node.fields) if (!isRef(key)) Reflect.deleteProperty(shell, key);
  }
  let complete = setPrototype(shell, node.proto, value, isReady);
  complete = defineFields(shell, node.fields, value, isReady) && complete;
  if (node.prototype) {
    const prototype = Reflect.get(shell, 'prototype') as object;
    complete = setPrototype(prototype, node.prototype.proto, value, isReady) && complete;
    complete = defineFields(prototype, node.prototype.fields, value, isReady) && complete;
  }
  for (const { key, value: slot } of node.privates?.fields ?? []) {
    if (isReady(slot)) setters[key](value(slot));
    else complete = false;
  }
  if (complete) {
    if (node.prototype) applyIntegrity(Reflect.get(shell, 'prototype') as object, node.prototype.integrity);
    applyIntegrity(shell, node.integrity);
  }
  return complete;
}

function setPrototype(shell: object, slot: Slot, value: Value, isReady: IsReady): boolean {
  if (slot === undefined) return true;
  if (!isReady(slot)) return false;
  Object.setPrototypeOf(shell, value(slot) as object | null);
  return true;
}

function defineFields(shell: object, fields: readonly Field[], value: Value, isReady: IsReady): boolean {
  let complete = true;
  // Assigns ordinary properties of plain objects, as that is ten times faster than defining
  // them. Lookup tables have thousands.
  const isPlain = Object.getPrototypeOf(shell) === Object.prototype;
  for (const field of fields) {
    if (
      isPlain &&
      'value' in field &&
      !(field.hidden || field.constant || field.locked) &&
      typeof field.key === 'string' &&
      field.key !== '__proto__'
    ) {
      if (isReady(field.value)) (shell as Record<string, unknown>)[field.key] = value(field.value);
      else complete = false;
      continue;
    }
    if (!isReady(field.key as Slot)) {
      complete = false;
      continue;
    }
    const slots = 'value' in field ? [field.value] : [field.get, field.set];
    if (!slots.every(isReady)) {
      complete = false;
      continue;
    }
    const key = isRef(field.key) ? (value(field.key) as symbol) : field.key;
    if (key === 'length' && Array.isArray(shell)) {
      shell.length = Number('value' in field ? field.value : 0);
      continue;
    }
    const shape = { enumerable: !field.hidden, configurable: !field.locked };
    Object.defineProperty(
      shell,
      key,
      'value' in field
        ? { ...shape, value: value(field.value), writable: !field.constant }
        : {
            ...shape,
            get: value(field.get) as () => unknown,
            set: value(field.set) as (value: unknown) => void,
          },
    );
  }
  return complete;
}
