import { types } from 'node:util';
import { onlyMembers } from './capture-members.js';
import type { FreeName } from './free-names.js';
import { globalPath } from './globals.js';
import type { GraphWalk, Place } from './graph-walk.js';
import { isImportableFrom } from './importable.js';
import type { Internals } from './inspector.js';
import { isOfThread, moduleNode } from './module-index.js';
import { ownName } from './own-functions.js';
import type { ModuleNode, Slot } from './payload.js';
import { recipeOf } from './recipe.js';
import { scriptImports } from './v8-scripts.js';

/**
 * Returns the slot of a variable that an import declaration of the function's script binds: a reference, when
 * a worker can import the same module; undefined to capture it by value.
 */
export function captureImport(
  walk: GraphWalk,
  value: object,
  usage: FreeName,
  internals: Internals,
  place: Place,
): Slot | undefined {
  const scriptId = internals.location?.scriptId;
  if (scriptId === undefined || globalPath(value) || recipeOf(value) || moduleNode(value)) return undefined;
  if (isOfThread(value)) return undefined;
  const isFunction = typeof value === 'function';
  const isNamespace = types.isModuleNamespaceObject(value);
  const origin = isFunction ? walk.inspector.internals(value).location?.scriptId : undefined;
  if (origin === scriptId) return undefined;
  // Finding a script that is not on the stack takes the debugger, which is slow: copying data is cheaper.
  const script = scriptImports(walk.inspector, scriptId, origin !== undefined || isNamespace);
  const binding = script?.bindings.get(usage.name);
  if (!script || !binding) return undefined;
  const ownModule = /^(?:\.{0,2}\/|file:)/.test(binding.specifier);
  if (ownModule && !isFunction && !isNamespace) return undefined;
  if (!isImportableFrom(binding.specifier, script.url)) return undefined;
  const reference = (path: readonly string[]): ModuleNode => {
    const own = isFunction ? ownName(value) : undefined;
    return {
      kind: 'module',
      via: 'import',
      id: binding.specifier,
      parent: script.url,
      path,
      ...(own && { own }),
    };
  };
  if (ownModule && (isFunction || usage.whole) && !walk.refers(value)) return undefined;
  if (binding.imported !== '*') return walk.add(reference([binding.imported]));
  if (!ownModule || usage.whole) return walk.add(reference([]));
  // Functions of the user's own modules go by reference; their data may have changed since loading and is
  // copied.
  return onlyMembers(walk, value, usage.members, place, (key, member) =>
    typeof member === 'function' && !recipeOf(member) && walk.refers(member)
      ? walk.add(reference([key]))
      : undefined,
  );
}
