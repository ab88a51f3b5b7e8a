import { captureBinding } from './capture-binding.js';
import { fileOf } from './file-of.js';
import type { FreeName } from './free-names.js';
import { startOf, traceName } from './function-origin.js';
import { isGlobalName, isSurelyGlobal } from './globals.js';
import type { GraphWalk, Place } from './graph-walk.js';
import type { Internals } from './inspector.js';
import { installedExport } from './installed-export.js';
import { type ParsedFunction, parseFunction } from './parse.js';
import type { Field, FunctionNode, Node, Slot, SourcePosition } from './payload.js';
import { addedProperties, recipeOf } from './recipe.js';
import { type Path, refusal, remedy } from './refusal.js';
import { isStrictAt } from './strict-mode.js';
import { scriptText, scriptUrl, urlOnStack } from './v8-scripts.js';

/** The node of a function or class. The inspector is asked only when the function has free names. */
export function captureFunction(walk: GraphWalk, fn: object, place: Place): Node {
  const recipe = recipeOf(fn);
  if (recipe?.kind === 'module') {
    return { kind: 'module', via: 'import', id: recipe.url, path: [recipe.name] };
  }
  if (recipe?.kind === 'wrapped') {
    const additions = recipe.member === undefined ? addedProperties(fn, recipe) : [];
    const part = (what: string): Place => ({ ...place, path: place.path.part(what) });
    return {
      kind: 'wrapped',
      target: walk.slot(recipe.fn, place),
      by: walk.slot(recipe.by, part('(wrapper)')),
      member: recipe.member,
      args: recipe.args.map((value) => walk.slot(value, part('(options)'))),
      fields: walk.fields(fn, place, (key) => !additions.includes(key)),
    };
  }
  if (recipe) {
    const path = place.path.part('(bound)');
    const fields = Object.entries(recipe.bound).map(([key, value]): Field => {
      const named = path.property(key);
      return { key, value: walk.slot(value, { ...place, path: named, variable: named }) };
    });
    const bound = walk.add({ kind: 'object', items: [], fields });
    return { kind: 'partial', target: walk.slot(recipe.fn, place), bound };
  }
  const text = Function.prototype.toString.call(fn);
  if (/\{\s*\[native code\]\s*\}$/.test(text)) return captureNative(walk, fn, place);
  const parsed = parse(text, place.path);
  const internals = needsLook(parsed) ? look(walk, fn, parsed, place.path) : undefined;
  const exported = internals && installedExport(walk, fn, internals, place);
  if (exported) return exported;
  refuseOuter(parsed, place.path);
  return captureSource(walk, fn, parsed, internals, place);
}

/** Is the source all there is to it? Then nothing has to be looked up, not even whether a module exports it. */
export function isSelfContained(fn: object): boolean {
  if (recipeOf(fn)) return false;
  try {
    const parsed = parseFunction(Function.prototype.toString.call(fn));
    return !parsed.isClass && !needsLook(parsed);
  } catch {
    return false;
  }
}

function parse(text: string, path: Path): ParsedFunction {
  try {
    return parseFunction(text);
  } catch (cause) {
    throw refusal(path, `its source cannot be parsed (${String(cause)})`, remedy.function, cause);
  }
}

function captureNative(walk: GraphWalk, fn: object, place: Place): Node {
  const name = 'name' in fn && fn.name ? String(fn.name) : '(anonymous)';
  let bound: Internals['bound'];
  try {
    bound = walk.inspector.internals(fn).bound;
  } catch (cause) {
    throw refusal(
      place.path,
      `native or bound function ${name} cannot be read: the inspector is not available`,
      remedy.function,
      cause,
    );
  }
  if (!bound) throw refusal(place.path, `native function ${name} cannot be copied`, remedy.value);
  const at = (what: string): Place => ({ ...place, path: place.path.part(what) });
  return {
    kind: 'bound',
    target: walk.slot(bound.target, place),
    self: walk.slot(bound.self, at('(bound this)')),
    args: bound.args.map((value, index) => walk.slot(value, at(`(bound argument ${index})`))),
  };
}

function refuseOuter(parsed: ParsedFunction, path: Path): void {
  const { analysis } = parsed;
  const refuse = (reason: string, advice: string): never => {
    throw refusal(path, reason, advice);
  };
  if (analysis.outerThis) refuse('it uses the `this` of the code around it', remedy.self);
  if (analysis.outerArguments) refuse('it uses the `arguments` of the function around it', remedy.self);
  if (analysis.outerNewTarget) refuse('it uses the `new.target` of the function around it', remedy.self);
  if (analysis.outerSuper)
    refuse('it uses `super`, and a method shipped alone has no parent', remedy.function);
  if (analysis.outerPrivate) refuse('it uses #private members of the class around it', remedy.function);
  if (analysis.dynamicScope) {
    refuse('it calls eval or uses `with`, so the variables it needs cannot be known', remedy.function);
  }
}

function needsLook({ analysis }: ParsedFunction): boolean {
  if (analysis.importsDynamically || analysis.importMetas.length > 0 || analysis.modeMatters) return true;
  for (const name of analysis.free.keys()) if (!isSurelyGlobal(name)) return true;
  return false;
}

/**
 * The function's scopes. Where the inspector is not available, a function that names nothing but globals goes without: its names
 * are taken for the globals they look like.
 */
function look(walk: GraphWalk, fn: object, parsed: ParsedFunction, path: Path): Internals | undefined {
  try {
    return walk.inspector.internals(fn);
  } catch (cause) {
    const outer = [...parsed.analysis.free.keys()].filter((name) => !isGlobalName(name));
    const simple = !parsed.analysis.importsDynamically && parsed.metaName === undefined;
    if (outer.length === 0 && simple) return undefined;
    const what =
      outer.length > 0 ? `it uses ${outer.join(', ')} from the code around it` : 'it uses `import`';
    const denied = (cause as NodeJS.ErrnoException).code === 'ERR_ACCESS_DENIED';
    const why = denied ? "Node's permission model blocks the inspector" : 'the inspector is not available';
    throw refusal(
      path,
      `${what}, which cannot be read here because ${why}`,
      'Pass such values with partial(fn, { name: value }), or put the function into a module and pass moduleFunction(url): both work without it.',
      cause,
    );
  }
}

function captureSource(
  walk: GraphWalk,
  fn: object,
  parsed: ParsedFunction,
  internals: Internals | undefined,
  place: Place,
): Node {
  const strict = isStrict(walk, fn, parsed, internals);
  const position = internals && positionOf(walk, parsed, internals);
  const location = internals?.location;
  const file = traceName(fn, parsed, location, position?.url);
  walk.origins.push({ ...(location ? { location } : { fn }), file, parsed, position });
  const captures: FunctionNode['captures'][number][] = [];
  for (const usage of internals ? parsed.analysis.free.values() : []) {
    const value =
      captureSuperclass(walk, fn, parsed, usage, internals as Internals, place) ??
      captureBinding(walk, fn, usage, internals as Internals, place);
    if (value !== 'free') captures.push({ name: usage.name, value, eager: usage.eager });
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
    fields: walk.fields(fn, place, (key) => !travels(fn, key, parsed, walk.takesStatics)),
    proto: parsed.isClass ? undefined : parentOf(walk, fn, place),
    prototype: prototypeOf(walk, fn, parsed, place),
    position,
    file,
    metaName: parsed.metaName,
    importsDynamically: parsed.analysis.importsDynamically,
    keepsNames: parsed.analysis.keepsNames,
  };
}

/**
 * The superclass, where the variable it was named by is gone: nothing but `extends` used it. Asking the class is never wrong; the
 * variable is preferred for what it tells about imports.
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
 * Ordinary functions show whether they are strict. Of others, which lie in a script, only its text tells; it is looked at when it makes a
 * difference.
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

/** Own properties that the source does not make by itself. A static field keeps a primitive of now; the rest is initialised anew. */
function travels(fn: object, key: string | symbol, parsed: ParsedFunction, takesStatics: boolean): boolean {
  const descriptor = Object.getOwnPropertyDescriptor(fn, key);
  if (!descriptor?.enumerable) return false;
  if (takesStatics || typeof key === 'symbol' || !parsed.statics.has(key)) return true;
  const value: unknown = descriptor.value;
  return value === null || (typeof value !== 'object' && typeof value !== 'function');
}

/** Undefined for the usual one of its kind, of this realm or another. */
function parentOf(walk: GraphWalk, fn: object, place: Place): Slot {
  const parent: object | null = Object.getPrototypeOf(fn);
  if (parent === Function.prototype) return undefined;
  const usual =
    typeof parent === 'function'
      ? parent.name === '' && /\{\s*\[native code\]\s*\}$/.test(Function.prototype.toString.call(parent))
      : parent !== null &&
        /Function$/.test(String(Object.getOwnPropertyDescriptor(parent, Symbol.toStringTag)?.value));
  return usual ? undefined : walk.slot(parent, { ...place, path: place.path.part('(prototype)') });
}

function prototypeOf(
  walk: GraphWalk,
  fn: object,
  parsed: ParsedFunction,
  place: Place,
): FunctionNode['prototype'] {
  const prototype: unknown = Object.getOwnPropertyDescriptor(fn, 'prototype')?.value;
  if (parsed.isClass || typeof prototype !== 'object' || prototype === null) return undefined;
  if (!Object.hasOwn(prototype, 'constructor')) return undefined; // a generator's
  const inner = { ...place, path: place.path.property('prototype') };
  const fields = walk.fields(prototype, inner, (key) => key === 'constructor');
  const parent: object | null = Object.getPrototypeOf(prototype);
  if (fields.length === 0 && parent === Object.prototype) return undefined;
  const proto: Slot = parent === Object.prototype ? undefined : walk.slot(parent, inner);
  return { proto, fields };
}

/** The position of the source's first character in the user's file, when the file is known or has to be. */
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
