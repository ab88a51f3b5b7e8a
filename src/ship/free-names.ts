import type { AnyNode } from 'acorn';

/** One use of an outer variable. */
export interface Use {
  /** The constant members that lead to what is used: `rows` for `state.rows.push(x)`. */
  readonly path: readonly string[];
  /** It puts a value there, and reads none. */
  readonly writes: boolean;
  /** It reads one member or entry, and lets nobody else have the value itself. */
  readonly reads: boolean;
  /** The position of the variable's name in the parsed code. */
  readonly start: number;
}

/** The uses that a function makes of one name that it does not declare. */
export interface FreeName {
  readonly name: string;
  /** Something assigns to the variable itself. */
  assigned: boolean;
  /** Something uses the variable other than through a member with a constant name. */
  whole: boolean;
  /** The members with constant names: `rate` for `config.rate`. */
  readonly members: Set<string>;
  readonly assignedMembers: Set<string>;
  /** Used while the analysed class is being defined: in `extends`, a computed key, a static initializer. */
  eager: boolean;
  /**
   * Used by code that runs after the definition, so that V8 keeps the variable. One that only `extends` or
   * computed keys use is gone by now, and a variable of that name in the scopes may be another.
   */
  kept: boolean;
  readonly uses: Use[];
}

/**
 * Everything that a function takes from the code around it. The `outer…` flags are uses that cannot be sent.
 */
export interface Analysis {
  readonly free: Map<string, FreeName>;
  outerThis: boolean;
  outerArguments: boolean;
  outerSuper: boolean;
  outerNewTarget: boolean;
  /** Uses a `#name` of a class around the function. */
  outerPrivate: boolean;
  /** Uses direct `eval` or `with`, so that the names it looks up cannot be known. */
  dynamicScope: boolean;
  /** The analysed class gives its instances #private members. */
  privateMembers: boolean;
  /** Calls `import()`. */
  importsDynamically: boolean;
  /** Calls esbuild's `__name` helper. */
  keepsNames: boolean;
  /** The function assigns to its own name, to replace itself. */
  replacesItself: boolean;
  /**
   * May behave differently in strict and in sloppy code: it assigns to a variable that may be undeclared, has
   * functions in blocks, or uses its own `this` outside of classes.
   */
  modeMatters: boolean;
  /** The places of `import.meta`. */
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

/** Returns the entry of a name, and makes it on first use. */
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
      uses: [],
    };
    free.set(name, entry);
  }
  return entry;
}

/**
 * Notes one use of a name; `assigned` when a pattern assigns to it. Returns true when the use
 * assigns to the variable itself.
 */
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

/** Returns the constant name of a member: `b` for `a.b` and `a['b']`. */
export function constantMember(parent: AnyNode, object: AnyNode): string | undefined {
  if (parent.type !== 'MemberExpression' || parent.object !== object) return undefined;
  if (parent.computed) return parent.property.type === 'Literal' ? String(parent.property.value) : undefined;
  return parent.property.type === 'Identifier' ? parent.property.name : undefined;
}

/** Tells whether a node assigns to, or deletes, its child `target`. */
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

/** Lists the nodes that a destructuring assignment assigns to. */
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
