import { readPrivates, withoutStatics } from './capture-class.js';
import { captureRecipe } from './capture-recipe.js';
import { captureSource } from './capture-source.js';
import { isGlobalName, isSurelyGlobal } from './globals.js';
import type { GraphWalk, Place } from './graph-walk.js';
import type { Internals } from './inspector.js';
import { installedExport } from './installed-export.js';
import { type ParsedFunction, parseFunction } from './parse.js';
import type { Node } from './payload.js';
import { recipeOf } from './recipe.js';
import { refusal, remedy } from './refusal.js';
import type { Path } from './value-path.js';

/**
 * Returns the node of a function or class. Asks the inspector only about functions whose source does not say
 * everything, as an answer takes longer than all other steps.
 */
export function captureFunction(walk: GraphWalk, fn: object, place: Place): Node {
  const recipe = recipeOf(fn);
  if (recipe) return captureRecipe(walk, fn, recipe, place);
  const text = Function.prototype.toString.call(fn);
  if (/\{\s*\[native code\]\s*\}$/.test(text)) return captureNative(walk, fn, place);
  const parsed = parse(text, place.path);
  const internals =
    needsInternals(parsed) || parsed.isClass ? readInternals(walk, fn, parsed, place.path) : undefined;
  const exported = internals && installedExport(walk, fn, internals, place);
  if (exported) return exported;
  const privates = readPrivates(walk, fn, parsed, place);
  const sent = withoutStatics(fn, parsed, privates);
  refuseOuter(sent, place.path);
  return captureSource(walk, fn, { parsed: sent, privates }, internals, place);
}

/**
 * Tells whether a function needs nothing but its source. Then capturing it looks nothing up, not
 * even whether a module exports it.
 */
export function isSelfContained(fn: object): boolean {
  if (recipeOf(fn)) return false;
  try {
    const parsed = parseFunction(Function.prototype.toString.call(fn));
    return !parsed.isClass && !needsInternals(parsed);
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

/** Returns the node of a bound function; refuses any other function of native code. */
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

/** Refuses a function that takes more than variables from the code around it. */
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

/** Tells whether capturing a function takes its scopes or its location, not only its source. */
function needsInternals({ analysis }: ParsedFunction): boolean {
  if (analysis.importsDynamically || analysis.importMetas.length > 0 || analysis.modeMatters) return true;
  for (const name of analysis.free.keys()) if (!isSurelyGlobal(name)) return true;
  return false;
}

/**
 * Returns the scopes and the location of a function. Without an inspector it returns undefined for a function
 * that names only globals, which then need no values, and refuses any other.
 */
function readInternals(
  walk: GraphWalk,
  fn: object,
  parsed: ParsedFunction,
  path: Path,
): Internals | undefined {
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
    const canAllow = denied && process.allowedNodeEnvironmentFlags.has('--allow-inspector');
    throw refusal(
      path,
      `${what}, which cannot be read here because ${why}`,
      'Pass such values with partial(fn, { name: value }), or put the function into a module and pass ' +
        `moduleFunction(url): both work without it.${canAllow ? ' Or start node with --allow-inspector.' : ''}`,
      cause,
    );
  }
}
