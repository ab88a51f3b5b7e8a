import type { MethodText, StaticField } from './class-members.js';
import { withoutInitializers, withSetters } from './class-members.js';
import type { GraphWalk, Place } from './graph-walk.js';
import { integrityOf } from './integrity.js';
import { type ParsedFunction, parseFunction } from './parse.js';
import type { Field, FunctionNode, Slot } from './payload.js';
import { refusal, remedy } from './refusal.js';

/** The private static fields of a class, by name. */
export type Privates = ReadonlyMap<string, unknown>;

/** Reads the private static fields of a class, which only the inspector can. */
export function readPrivates(walk: GraphWalk, fn: object, parsed: ParsedFunction, place: Place): Privates {
  const names = parsed.members?.fields.flatMap(({ key, isPrivate }) => (isPrivate && key ? [key] : [])) ?? [];
  if (names.length === 0) return new Map();
  try {
    const found = walk.inspector.privateFields(fn);
    return new Map(names.map((name) => [name, found.get(name)]));
  } catch (cause) {
    throw refusal(
      place.path,
      `its private static fields (${names.join(', ')}) cannot be read: the inspector is not available`,
      remedy.function,
      cause,
    );
  }
}

/**
 * Returns the class without what would run again where it arrives. Static fields are sent with the values
 * they have now, so that they stay the same objects as those that other captured values hold.
 */
export function withoutStatics(fn: object, parsed: ParsedFunction, privates: Privates): ParsedFunction {
  const { members } = parsed;
  if (!members) return parsed;
  const keeps = (field: StaticField): boolean => isRemade(field, currentValue(fn, field, privates));
  const source = withoutInitializers(parsed.source, members, keeps);
  return source === parsed.source ? parsed : parseFunction(source);
}

/**
 * Tells whether the class makes a static field again by itself: a function that is unchanged, and cannot be
 * sent alone since it uses the `this`, `super` or #private members of the class around it.
 */
function isRemade({ initializer }: StaticField, value: unknown): boolean {
  if (typeof value !== 'function' || initializer === undefined) return false;
  const text = Function.prototype.toString.call(value);
  // esbuild's helper gives the function its name.
  if (initializer !== text && !initializer.startsWith(`__name(${text},`)) return false;
  try {
    const { analysis } = parseFunction(text);
    return analysis.outerThis || analysis.outerSuper || analysis.outerPrivate || analysis.outerNewTarget;
  } catch {
    return false;
  }
}

function currentValue(fn: object, { key, isPrivate }: StaticField, privates: Privates): unknown {
  if (key === undefined) return undefined;
  return isPrivate ? privates.get(key) : Object.getOwnPropertyDescriptor(fn, key)?.value;
}

/**
 * Captures what a class and its prototype have beyond the methods that its source makes: static fields, and
 * members that were added or replaced after the definition, as decorators do.
 */
export function captureClassState(
  walk: GraphWalk,
  fn: object,
  { parsed, privates }: { readonly parsed: ParsedFunction; readonly privates: Privates },
  place: Place,
): Pick<FunctionNode, 'source' | 'fields' | 'prototype' | 'privates' | 'integrity' | 'removed'> {
  const prototype = Reflect.get(fn, 'prototype') as object;
  const inner = { ...place, path: place.path.property('prototype') };
  const holder = walk.slot(fn, place);
  const fields = membersOf(walk, fn, place, { parsed, holder, isStatic: true });
  const added = membersOf(walk, prototype, inner, { parsed, holder, isStatic: false });
  const proto = prototypeParent(walk, fn, prototype, inner);
  return {
    ...privateState(walk, parsed, privates, place),
    fields,
    prototype:
      added.length > 0 || proto !== undefined || integrityOf(prototype).integrity
        ? { proto, fields: added, ...integrityOf(prototype) }
        : undefined,
    ...integrityOf(fn),
    removed: removedMethods(fn, prototype, parsed),
  };
}

interface Made {
  readonly parsed: ParsedFunction;
  readonly holder: Slot;
  readonly isStatic: boolean;
}

/** Captures the properties of a class or its prototype, except those that its source makes by itself. */
function membersOf(walk: GraphWalk, value: object, place: Place, made: Made): Field[] {
  const own = made.isStatic ? ['length', 'prototype'] : ['constructor'];
  return walk.fields(value, place, (key) => {
    const descriptor = Object.getOwnPropertyDescriptor(value, key);
    if (!descriptor || (own.includes(String(key)) && !descriptor.enumerable)) return true;
    if (made.isStatic && key === 'name' && typeof descriptor.value === 'string' && !descriptor.enumerable)
      return true;
    return isMade(walk, key, descriptor, place, made);
  });
}

/**
 * Tells whether a member is what the source of its class makes, and has the walk find its functions there.
 */
function isMade(
  walk: GraphWalk,
  key: string | symbol,
  descriptor: PropertyDescriptor,
  place: Place,
  { parsed, holder, isStatic }: Made,
): boolean {
  const field = isStatic && typeof key === 'string' ? fieldOf(parsed, key) : undefined;
  if (field && isRemade(field, descriptor.value)) {
    // The field is sent all the same, since that keeps the order of the properties.
    walk.members.set(descriptor.value, {
      kind: 'member',
      of: holder,
      isStatic,
      name: String(key),
      part: 'value',
    });
    return false;
  }
  if (descriptor.enumerable) return false;
  const parts = (['value', 'get', 'set'] as const).filter((part) => descriptor[part] !== undefined);
  const ofSource = parts.every((part) => {
    const fn: unknown = descriptor[part];
    if (typeof fn !== 'function' || walk.isMade(fn)) return false;
    const text = Function.prototype.toString.call(fn);
    return parsed.members?.methods.some((method) => matches(method, { key, isStatic, part, text }));
  });
  if (!ofSource || parts.length === 0) return false;
  for (const part of parts) {
    const name = typeof key === 'symbol' ? walk.slot(key, place) : key;
    walk.members.set(descriptor[part], { kind: 'member', of: holder, isStatic, name, part });
  }
  return true;
}

const fieldOf = (parsed: ParsedFunction, key: string): StaticField | undefined =>
  parsed.members?.fields.find((field) => field.key === key);

function matches(
  method: MethodText,
  { key, isStatic, part, text }: Omit<MethodText, 'key'> & { readonly key: string | symbol },
): boolean {
  const named = method.key === undefined || method.key === key;
  return named && method.isStatic === isStatic && method.part === part && method.text === text;
}

/** Lists the methods that were deleted from a class or its prototype. */
function removedMethods(fn: object, prototype: object, parsed: ParsedFunction): FunctionNode['removed'] {
  const gone = (isStatic: boolean, holder: object): string[] => {
    const fields = isStatic ? (parsed.members?.fields ?? []) : [];
    const methods = parsed.members?.methods.filter((method) => method.isStatic === isStatic) ?? [];
    const names = [...fields.filter(({ isPrivate }) => !isPrivate), ...methods].map(({ key }) => key);
    return names.filter((key) => key !== undefined && !Object.hasOwn(holder, key)) as string[];
  };
  const [statics, members] = [gone(true, fn), gone(false, prototype)];
  return statics.length + members.length > 0 ? { statics, members } : undefined;
}

/** Returns the slot of a parent that was given to a class's prototype after the definition. */
function prototypeParent(walk: GraphWalk, fn: object, prototype: object, place: Place): Slot {
  const parent: object | null = Object.getPrototypeOf(prototype);
  const superclass: object = Object.getPrototypeOf(fn);
  const usual: unknown =
    superclass === Function.prototype ? Object.prototype : Reflect.get(superclass, 'prototype');
  // `extends null` leaves the class itself with the usual parent.
  return parent === usual || parent === null ? undefined : walk.slot(parent, place);
}

/** Returns the source with setters for the private static fields, and their values. */
function privateState(
  walk: GraphWalk,
  parsed: ParsedFunction,
  privates: Privates,
  place: Place,
): Pick<FunctionNode, 'source' | 'privates'> {
  const sent = (parsed.members?.fields ?? []).filter(
    ({ isPrivate, initializer }) => isPrivate && !initializer,
  );
  const names = sent.flatMap(({ key }) => (key === undefined ? [] : [key]));
  if (!parsed.members || names.length === 0) return { source: parsed.source };
  const candidates = ['$privates', 'privates$', '$_privates'];
  const hook =
    candidates.find((name) => !parsed.source.includes(name)) ?? `$privates_${parsed.source.length}`;
  return {
    source: withSetters(parsed.source, parsed.members.close, hook, names),
    privates: {
      hook,
      fields: names.map((key) => ({
        key,
        value: walk.slot(privates.get(key), { ...place, path: place.path.part(`.${key}`) }),
      })),
    },
  };
}
