import { captureBinding } from './capture-binding.js';
import { captureClassState, type Privates } from './capture-class.js';
import { fileOf } from './file-of.js';
import type { FreeName } from './free-names.js';
import { startOf, traceName } from './function-origin.js';
import type { GraphWalk, Place } from './graph-walk.js';
import type { Internals } from './inspector.js';
import type { ParsedFunction } from './parse.js';
import { type FunctionNode, isRef, type Slot, type SourcePosition } from './payload.js';
import { isStrictAt } from './strict-mode.js';
import { scriptText, scriptUrl, urlOnStack } from './v8-scripts.js';

/**
 * Returns the node of a function or class that travels as its source, with the values of its outer variables.
 */
export function captureSource(
  walk: GraphWalk,
  fn: object,
  code: { readonly parsed: ParsedFunction; readonly privates: Privates },
  internals: Internals | undefined,
  place: Place,
): FunctionNode {
  const { parsed } = code;
  const strict = isStrict(walk, fn, parsed, internals);
  const position = internals && positionOf(walk, parsed, internals);
  const location = internals?.location;
  const file = traceName(fn, parsed, location, position?.url);
  walk.origins.push({ ...(location ? { location } : { fn }), file, parsed, position });
  const captures: FunctionNode['captures'][number][] = [];
  for (const usage of internals ? parsed.analysis.free.values() : []) {
    const value =
      captureSuperclass(walk, fn, parsed, usage, internals as Internals, place) ??
      captureBinding(walk, fn, usage, internals as Internals, place, parsed);
    if (value === 'free') continue;
    captures.push({ name: usage.name, value, eager: usage.eager });
    noteUses(walk, usage, value, parsed, internals as Internals);
  }
  return {
    kind: 'function',
    source: parsed.source,
    form: parsed.form,
    isClass: parsed.isClass,
    strict,
    declared: parsed.declared,
    name: 'name' in fn && typeof fn.name === 'string' ? fn.name : '',
    captures,
    ...(parsed.isClass
      ? captureClassState(walk, fn, code, place)
      : {
          fields: walk.fields(fn, place, (key) => !Object.prototype.propertyIsEnumerable.call(fn, key)),
          prototype: prototypeProperty(walk, fn, place),
        }),
    proto: parsed.superName === undefined ? functionPrototype(walk, fn, place) : undefined,
    position,
    file,
    metaName: parsed.metaName,
    importsDynamically: parsed.analysis.importsDynamically,
    keepsNames: parsed.analysis.keepsNames,
  };
}

/** Notes how a variable is used, unless workers have the module that it comes from. */
function noteUses(
  walk: GraphWalk,
  usage: FreeName,
  slot: Slot,
  parsed: ParsedFunction,
  { scopes, location }: Internals,
): void {
  if (isRef(slot) && walk.nodes[slot.ref].kind === 'module') return;
  const scope = scopes.find(
    ({ kind, variables }) => kind !== 'Global' && Object.hasOwn(variables, usage.name),
  );
  if (scope) walk.uses.note(usage, scope.variables[usage.name], parsed, location);
}

/**
 * Returns the slot of the superclass when the variable in `extends` is gone, because nothing
 * but `extends` used it; undefined to capture the variable. The variable is preferred where it
 * lives, since it tells about imports.
 */
function captureSuperclass(
  walk: GraphWalk,
  fn: object,
  { superName }: ParsedFunction,
  usage: FreeName,
  internals: Internals,
  place: Place,
): Slot | undefined {
  const parent: object | null = Object.getPrototypeOf(fn);
  if (usage.name !== superName || usage.kept || parent === Function.prototype) return undefined;
  const scope = internals.scopes.find(({ variables }) => Object.hasOwn(variables, usage.name));
  if (scope?.variables[usage.name] === parent) return undefined;
  return walk.slot(parent, { path: place.path.part('(superclass)'), scriptId: internals.location?.scriptId });
}

/**
 * Tells whether a function is strict. An own `caller` shows that an ordinary function is
 * sloppy; for arrow functions and methods only the text of the script tells, which is read only
 * when the mode makes a difference.
 */
function isStrict(
  walk: GraphWalk,
  fn: object,
  parsed: ParsedFunction,
  internals: Internals | undefined,
): boolean {
  if (Object.hasOwn(fn, 'caller')) return false;
  if (parsed.isClass || /^function\b(?!\s*\*)/.test(parsed.source) || !parsed.analysis.modeMatters)
    return true;
  if (!internals?.location || internals.scopes.some(({ kind }) => kind === 'Module')) return true;
  const { scriptId, line, column } = internals.location;
  const text = scriptText(walk.inspector, scriptId);
  return text !== undefined && isStrictAt(text, line, column);
}

/**
 * Returns the slot of what a function inherits from; undefined for the usual prototype, of this realm or
 * another.
 */
function functionPrototype(walk: GraphWalk, fn: object, place: Place): Slot {
  const parent: object | null = Object.getPrototypeOf(fn);
  if (parent === Function.prototype) return undefined;
  const usual =
    typeof parent === 'function'
      ? parent.name === '' && /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(parent))
      : parent !== null &&
        /Function$/.test(String(Object.getOwnPropertyDescriptor(parent, Symbol.toStringTag)?.value));
  return usual ? undefined : walk.slot(parent, { ...place, path: place.path.part('(prototype)') });
}

/** Captures the `prototype` of an ES5 constructor; undefined when it has nothing but its `constructor`. */
function prototypeProperty(walk: GraphWalk, fn: object, place: Place): FunctionNode['prototype'] {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value;
  if (typeof prototype !== 'object' || prototype === null) return undefined;
  if (!Object.hasOwn(prototype, 'constructor')) return undefined; // The prototype of a generator function.
  const inner = { ...place, path: place.path.property('prototype') };
  const fields = walk.fields(prototype, inner, (key) => key === 'constructor');
  const parent: object | null = Object.getPrototypeOf(prototype);
  if (fields.length === 0 && parent === Object.prototype) return undefined;
  const proto: Slot = parent === Object.prototype ? undefined : walk.slot(parent, inner);
  return { proto, fields };
}

/**
 * Returns the position of the source's first character in the user's file. Finding a file that is not on the
 * stack is slow: this is done only for functions that use `import`; for others the result is undefined.
 */
function positionOf(
  walk: GraphWalk,
  parsed: ParsedFunction,
  internals: Internals,
): SourcePosition | undefined {
  if (!internals.location) return undefined;
  const { scriptId } = internals.location;
  const needed = parsed.analysis.importsDynamically || parsed.metaName !== undefined;
  const url = needed ? scriptUrl(walk.inspector, scriptId) : urlOnStack(walk.inspector, scriptId);
  if (!url || (fileOf(url) === undefined && !needed)) return undefined;
  return { url, ...startOf(parsed, internals.location) };
}
