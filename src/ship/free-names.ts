import type { AnyNode } from 'acorn';

/** How a function uses one name it does not declare. */
export interface FreeName {
  readonly name: string;
  /** The variable itself is written to. */
  assigned: boolean;
  /** Used other than through a member with a constant name. */
  whole: boolean;
  /** `config.rate`: rate. */
  readonly members: Set<string>;
  readonly assignedMembers: Set<string>;
  /** Needed while the analysed class is being defined: in `extends`, a computed key, a static initialiser. */
  eager: boolean;
  /**
   * Used by code that outlives the definition, so that V8 keeps the variable. One that only a class's `extends` or computed keys use is
   * gone by now, and what the scopes have under its name may be another.
   */
  kept: boolean;
}

/** What a function takes from its surroundings. */
export interface Analysis {
  readonly free: Map<string, FreeName>;
  outerThis: boolean;
  outerArguments: boolean;
  outerSuper: boolean;
  outerNewTarget: boolean;
  /** A `#name` of a class around the function. */
  outerPrivate: boolean;
  /** Direct `eval`, or `with`: the names it will look up cannot be known. */
  dynamicScope: boolean;
  /** The analysed class gives its instances #private members. */
  privateMembers: boolean;
  importsDynamically: boolean;
  keepsNames: boolean;
  /** A named function assigns to its own name, to replace itself. */
  replacesItself: boolean;
  /** May do other things in strict code than in sloppy: it assigns what may be undeclared, has functions in blocks, or a `this` of its own outside of classes. */
  modeMatters: boolean;
  readonly importMetas: { readonly start: number; readonly end: number }[];
}

export function emptyAnalysis(): Analysis {
  return {
    free: new Map(),
    outerThis: false,
    outerArguments: false,
    outerSuper: false,
    outerNewTarget: false,
    outerPrivate: false,
    dynamicScope: false,
    privateMembers: false,
    importsDynamically: false,
    keepsNames: false,
    replacesItself: false,
    modeMatters: false,
    importMetas: [],
  };
}

/** The entry for a name, made when first asked for. */
export function freeName({ free }: Analysis, name: string): FreeName {
  let entry = free.get(name);
  if (!entry) {
    entry = {
      name,
      assigned: false,
      whole: false,
      members: new Set(),
      assignedMembers: new Set(),
      eager: false,
      kept: false,
    };
    free.set(name, entry);
  }
  return entry;
}

/** Enters one use of a name, which `assigned` says is written to by a pattern. True when it writes to the variable itself. */
export function noteUse(
  free: FreeName,
  node: AnyNode,
  parent: AnyNode | undefined,
  grandparent: AnyNode | undefined,
  assigned: boolean,
): boolean {
  const member = parent && !assigned ? constantMember(parent, node) : undefined;
  if (member === undefined) {
    const writing = assigned || (parent !== undefined && writes(parent, node));
    free.whole = true;
    free.assigned ||= writing;
    return writing;
  }
  free.members.add(member);
  if (parent && grandparent && writes(grandparent, parent)) free.assignedMembers.add(member);
  return false;
}

/** `b` in `a.b` and `a['b']`. */
function constantMember(parent: AnyNode, object: AnyNode): string | undefined {
  if (parent.type !== 'MemberExpression' || parent.object !== object) return undefined;
  if (parent.computed) return parent.property.type === 'Literal' ? String(parent.property.value) : undefined;
  return parent.property.type === 'Identifier' ? parent.property.name : undefined;
}

/** Does this node write to `target`? */
export function writes(node: AnyNode, target: AnyNode): boolean {
  if (
    node.type === 'AssignmentExpression' ||
    node.type === 'ForOfStatement' ||
    node.type === 'ForInStatement'
  ) {
    return targets(node.left).includes(target);
  }
  return node.type === 'UpdateExpression' || (node.type === 'UnaryExpression' && node.operator === 'delete');
}

/** What a destructuring assignment writes to. */
function targets(pattern: AnyNode): AnyNode[] {
  switch (pattern.type) {
    case 'ObjectPattern':
      return pattern.properties.flatMap((each) => targets(each.type === 'Property' ? each.value : each));
    case 'ArrayPattern':
      return pattern.elements.flatMap((each) => (each ? targets(each) : []));
    case 'AssignmentPattern':
      return targets(pattern.left);
    case 'RestElement':
      return targets(pattern.argument);
    default:
      return [pattern];
  }
}
