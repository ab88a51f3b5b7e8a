import type { GraphWalk, Place } from './graph-walk.js';
import type { Field, Node } from './payload.js';
import { addedProperties, type Recipe } from './recipe.js';

/** Returns the node of a function that a recipe tells how to make: its parts are captured, not its source. */
export function captureRecipe(walk: GraphWalk, fn: object, recipe: Recipe, place: Place): Node {
  if (recipe.kind === 'module') {
    return { kind: 'module', via: 'import', id: recipe.url, path: [recipe.name] };
  }
  if (recipe.kind === 'wrapped') {
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
  const path = place.path.part('(bound)');
  const fields = Object.entries(recipe.bound).map(([key, value]): Field => {
    const named = path.property(key);
    return { key, value: walk.slot(value, { ...place, path: named, variable: named }) };
  });
  const bound = walk.add({ kind: 'object', items: [], fields });
  return { kind: 'partial', target: walk.slot(recipe.fn, place), bound };
}
