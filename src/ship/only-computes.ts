import { inspecting } from './capture.js';
import { isChangedMember } from './changed-members.js';
import { type CodeUse, type Computation, computationOf } from './computation.js';
import { isSurelyGlobal } from './globals.js';
import type { Inspector } from './inspector.js';
import type { OuterUse } from './outer-use.js';
import { recipeOf } from './recipe.js';
import { MOST_STEPS } from './sizes.js';

/**
 * Tells whether calls of a function have no effect but what they return and do to their arguments, so that
 * nobody can tell in which thread it runs. Its code and that of the functions it uses must only compute, with
 * members of built-in objects that every thread has, and its other outer variables must hold primitive
 * values, now. It answers no where it does not know.
 *
 * @param isUnknown whether no earlier call tells how long the function takes: then its loops must go through
 *   what it is given, and at most two may nest
 */
export function onlyComputes(fn: object, isUnknown = false): boolean {
  const text = textOf(fn);
  const outer = text === undefined ? undefined : outerOf(text, { isHelper: false, isUnknown });
  if (outer === undefined) return false;
  // Most of the time goes to the inspector.
  if (onlyGlobals.has(fn) || [...outer.keys()].every(isSurelyGlobal)) {
    return [...outer].every(([name, uses]) => isHarmlessGlobal(name, uses, globalThis));
  }
  try {
    return inspecting((inspector) => check(fn, inspector, isUnknown, new Set()));
  } catch {
    return false;
  }
}

/** Functions that use no outer variables but globals: their scopes never bind other ones. */
const onlyGlobals = new WeakSet<object>();

/** Returns the source of a function that has one, and no properties or prototype of its own. */
function textOf(fn: object): string | undefined {
  if (typeof fn !== 'function' || recipeOf(fn) || Object.getPrototypeOf(fn) !== Function.prototype) return;
  return Function.prototype.toString.call(fn);
}

/** Returns what code that only computes uses from outside; undefined for any other code. */
function outerOf(text: string, use: CodeUse): Computation['outer'] | undefined {
  const found = computationOf(text, use);
  return found && ![...found.members].some(isChangedMember) ? found.outer : undefined;
}

/** @param around the functions that lead to this one: one that calls itself may not end */
function check(fn: object, inspector: Inspector, isUnknown: boolean, around: ReadonlySet<object>): boolean {
  const text = textOf(fn);
  const use = { isHelper: around.size > 0, isUnknown };
  const outer = text === undefined || around.has(fn) ? undefined : outerOf(text, use);
  if (outer === undefined) return false;
  if (outer.size === 0) return true;
  const { scopes } = inspector.internals(fn);
  const realm = scopes.find(({ kind }) => kind === 'Global')?.variables ?? globalThis;
  let isGlobal = !scopes.some(({ kind }) => kind === 'Script' || kind === 'With');
  for (const [name, uses] of outer) {
    const scope = scopes.find(({ kind, variables }) => kind !== 'Global' && Object.hasOwn(variables, name));
    if (scope === undefined) {
      if (!isHarmlessGlobal(name, uses, realm)) return false;
      continue;
    }
    isGlobal = false;
    const value = scope.variables[name];
    const isCode = typeof value === 'function';
    if (uses.includes('bound') && !(Number(value) <= MOST_STEPS)) return false;
    if (isCode ? !uses.every((use) => use === 'call' || use === 'pass') : !isPrimitive(value)) return false;
    if (isUnknown && !isSmall(value)) return false;
    if (isCode && !check(value, inspector, isUnknown, new Set([...around, fn]))) return false;
  }
  if (isGlobal) onlyGlobals.add(fn);
  return true;
}

const isPrimitive = (value: unknown): boolean =>
  value === null || ['string', 'number', 'boolean', 'bigint', 'undefined'].includes(typeof value);

/** The longest text, and the largest bigint, that a function may have around it if it is unknown. */
const MOST_TEXT = 1000;
const MOST_BIGINT = 2n ** 64n;

function isSmall(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= MOST_TEXT;
  return typeof value !== 'bigint' || (value < MOST_BIGINT && value > -MOST_BIGINT);
}

/** The globals that code may use, each with the uses that only compute. */
const HARMLESS: { readonly [name: string]: readonly string[] } = {
  undefined: ['read'],
  NaN: ['read', 'pass'],
  Infinity: ['read', 'pass'],
  parseInt: ['call', 'pass'],
  parseFloat: ['call', 'pass'],
  isNaN: ['call', 'pass'],
  isFinite: ['call', 'pass'],
  Number: ['call', 'pass', ...'isFinite isInteger isNaN isSafeInteger parseFloat parseInt'.split(' ')],
  String: ['call', 'pass', 'fromCharCode', 'fromCodePoint'],
  Boolean: ['call', 'pass'],
  BigInt: ['call', 'pass', 'asIntN', 'asUintN'],
  Array: ['new', 'call', 'from', 'of', 'isArray'],
  Object: 'keys values entries fromEntries is hasOwn'.split(' '),
  Map: ['new'],
  Set: ['new'],
  Error: ['new', 'call'],
  TypeError: ['new', 'call'],
  RangeError: ['new', 'call'],
};
const NUMBERS =
  'EPSILON MAX_SAFE_INTEGER MIN_SAFE_INTEGER MAX_VALUE MIN_VALUE NEGATIVE_INFINITY POSITIVE_INFINITY';
const ARRAYS = ['new', 'from', 'of', 'BYTES_PER_ELEMENT'];
/** The globals of this thread when it began, which are those of any other. */
const known = new Map<string, unknown>(
  Object.getOwnPropertyNames(globalThis)
    .filter((name) => Object.hasOwn(HARMLESS, name) || name === 'Math' || /Array$/.test(name))
    .map((name) => [name, Reflect.get(globalThis, name)]),
);

function isHarmlessGlobal(name: string, uses: readonly OuterUse[], realm: object): boolean {
  if (!known.has(name) || !Object.is(Reflect.get(realm, name), known.get(name))) return false;
  const isTyped = /^(?:Big)?(?:Int|Uint|Float)\d+(?:Clamped)?Array$/.test(name);
  return uses.every((use) => {
    const what = typeof use === 'string' ? use : use.member;
    // Programs that replace it do so to know its numbers.
    if (name === 'Math') return typeof use !== 'string' && what !== 'random';
    if (isTyped) return ARRAYS.includes(what);
    return (HARMLESS[name] ?? []).includes(what) || (name === 'Number' && NUMBERS.split(' ').includes(what));
  });
}
