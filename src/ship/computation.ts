import type { AnyNode } from 'acorn';
import { TextCache } from '../util/index.js';
import { endsForOf, endsWhenCounted } from './finite-loops.js';
import { isNumber, mayDouble } from './growth.js';
import { type OuterUse, outerUse } from './outer-use.js';
import { parseNode } from './parse.js';
import { children, isName } from './scope.js';
import {
  AS_LONG_AS_TOLD,
  hidesSize,
  isList,
  isSize,
  isSource,
  keepsLength,
  MOST_STEPS,
  memberOf,
  readOnlyParameter,
  type SizeRules,
} from './sizes.js';

/*
 * Finds functions whose code only computes: it reads what it is given, makes values of its own, and returns.
 * Such code cannot wait, log, import, end the process, run forever, or change anything that others see, but
 * through the outer variables that it uses; `only-computes.ts` looks at these.
 */

/** The outer variables and members that code uses which only computes. */
export interface Computation {
  /** Name of an outer variable -> how the code uses it. */
  readonly outer: ReadonlyMap<string, readonly OuterUse[]>;
  /** The names of members that it reads or calls. */
  readonly members: ReadonlySet<string>;
}

/** How code is used. */
export interface CodeUse {
  /** True if other functions call it, with any arguments and any number of times. */
  readonly isHelper: boolean;
  /** True if nobody knows how long it takes: its loops must go through what is there, and nest little. */
  readonly isUnknown: boolean;
}

const known = new TextCache<Computation | undefined>(1000);

/** Returns what a function uses whose code only computes; undefined for any other. */
export function computationOf(text: string, use: CodeUse): Computation | undefined {
  const kind = `${use.isHelper ? 'helper' : 'whole'} ${use.isUnknown ? 'unknown' : 'known'}`;
  return known.get(`${kind} ${text}`, () => find(text, use));
}

function find(text: string, use: CodeUse): Computation | undefined {
  const parsed = parseNode(text);
  if (!parsed || !FUNCTIONS.has(parsed.node.type)) return undefined;
  const columns = use.isHelper ? undefined : readOnlyParameter(parsed.node);
  const reader = new Reader(parsed.free, columns, use);
  try {
    reader.visit(parsed.node, []);
    return reader;
  } catch (error) {
    // Code may nest deeper than this stack reaches.
    if (error instanceof DoesMore || error instanceof RangeError) return undefined;
    throw error;
  }
}

/** Thrown where code may do more than compute. */
class DoesMore extends Error {}

const FUNCTIONS = new Set(['ArrowFunctionExpression', 'FunctionExpression', 'FunctionDeclaration']);

/** Nodes that only compute if their parts do. Other types than these and those below are refused. */
const PLAIN = new Set(
  `BlockStatement ReturnStatement ExpressionStatement EmptyStatement VariableDeclaration VariableDeclarator
IfStatement SwitchStatement SwitchCase BreakStatement ContinueStatement ThrowStatement TryStatement CatchClause
TemplateLiteral TemplateElement ArrayExpression ObjectExpression SpreadElement RestElement
ObjectPattern ArrayPattern AssignmentPattern BinaryExpression LogicalExpression ConditionalExpression
SequenceExpression ChainExpression`.split(/\s+/),
);

/** Members through which code reaches other code, memory that is not its own, or the stack of its thread. */
const REFUSED = new Set(
  `constructor prototype __proto__ __defineGetter__ __defineSetter__ __lookupGetter__ __lookupSetter__ caller callee
arguments apply call bind buffer signal addEventListener then stack`.split(/\s+/),
);

/** Methods that make regular expressions of texts. */
const MAKE_REGEX = new Set(['match', 'matchAll', 'search']);

/** The largest number that unknown code may make an array long, beside lengths of what it is given. */
const MOST_UNKNOWN = 100;
/** The same for the bounds of its loops: they may leave out the first or the last elements. */
const MOST_OFFSET = 2;
/** How deep loops of unknown code may nest, and those of functions that it uses. */
const MOST_LEVELS = 2;
const MOST_HELPER_LEVELS = 1;

class Reader implements Computation {
  readonly outer = new Map<string, OuterUse[]>();
  readonly members = new Set<string>();
  readonly #free: ReadonlySet<string>;
  readonly #columns: string | undefined;
  readonly #use: CodeUse;

  /** @param columns the parameter whose members are columns */
  constructor(free: ReadonlySet<string>, columns: string | undefined, use: CodeUse) {
    this.#free = free;
    this.#columns = columns;
    this.#use = use;
  }

  /** @param above the nodes around, the nearest last */
  visit(node: AnyNode, above: readonly AnyNode[]): void {
    this.#check(node, above);
    const path = [...above, node];
    for (const child of children(node)) {
      if (!isName(child, node)) this.visit(child, path);
    }
  }

  #check(node: AnyNode, above: readonly AnyNode[]): void {
    if (mayDouble(node, above, this.#use.isHelper)) throw new DoesMore();
    if (repeats(node)) this.#checkLevels(above);
    // `1n << n` and `n ** n` have as many bits as a number says.
    const power = powerOf(node);
    if (power) this.#checkSize(power, above);
    switch (node.type) {
      case 'ArrowFunctionExpression':
      case 'FunctionExpression':
      case 'FunctionDeclaration':
        if (node.async || node.generator || !isInPlace(node, above)) throw new DoesMore();
        return;
      case 'Identifier':
        if (node.name === 'arguments' || isInside(node.name, above)) throw new DoesMore();
        if (this.#free.has(node.name)) this.#noteUse(node.name, outerUse(node, above));
        return;
      case 'Literal':
        // A regular expression may take forever.
        if ('regex' in node && node.regex) throw new DoesMore();
        return;
      case 'Property':
        if (node.kind !== 'init' || (!node.computed && isRefused(node.key))) throw new DoesMore();
        // `Array.from({ length: n })`
        if (node.value !== node.key && isNamed(node.key, 'length')) this.#checkSize(node.value, above);
        // An unknown function could count to it.
        if (this.#use.isUnknown && isNamed(node.key, 'size')) this.#checkSize(node.value, above);
        this.#noteMember(node.key, node.computed);
        return;
      case 'MemberExpression':
        if (isRefused(node.property)) throw new DoesMore();
        if (this.#use.isUnknown && hidesSize(node, above[above.length - 1])) throw new DoesMore();
        this.#noteMember(node.property, node.computed);
        return;
      case 'UnaryExpression':
        if (node.operator === 'delete') throw new DoesMore();
        return;
      case 'CallExpression':
      case 'NewExpression':
        if (!this.#isCallable(node.callee, above)) throw new DoesMore();
        if (MAKE_REGEX.has(memberOf(node.callee))) throw new DoesMore();
        if (AS_LONG_AS_TOLD.has(memberOf(node.callee))) this.#checkSize(node.arguments[0], above);
        if (this.#use.isUnknown && memberOf(node.callee) === 'from' && !isList(node.arguments[0], above))
          throw new DoesMore();
        if (node.callee.type === 'Identifier' && /Array$/.test(node.callee.name)) {
          const [first] = node.arguments;
          const given = { columns: this.#columns, isUnknown: this.#use.isUnknown };
          if (node.arguments.length === 1 && !isSource(first, above, given)) this.#checkSize(first, above);
        }
        return;
      case 'AssignmentExpression':
        this.#checkTarget(node.left);
        this.#checkLength(node.left, node.operator === '=' ? node.right : undefined, above);
        return;
      case 'UpdateExpression':
        this.#checkTarget(node.argument);
        this.#checkLength(node.argument, undefined, above);
        return;
      case 'ForOfStatement':
        if (node.await || !endsForOf(node, above[0])) throw new DoesMore();
        this.#checkTarget(node.left);
        return;
      case 'ForInStatement':
        this.#checkTarget(node.left);
        return;
      case 'ForStatement':
        if (!endsWhenCounted(node, above[0]) || node.test?.type !== 'BinaryExpression') throw new DoesMore();
        this.#checkSize(node.test.left, [...above, node], true);
        this.#checkSize(node.test.right, [...above, node], true);
        return;
      default:
        if (!PLAIN.has(node.type)) throw new DoesMore();
    }
  }

  /**
   * Tells whether code may call this. A function of its own is called by the outermost function and by those
   * that are written as arguments only, so that none calls itself.
   */
  #isCallable(callee: AnyNode, above: readonly AnyNode[]): boolean {
    if (callee.type === 'MemberExpression') return true;
    if (callee.type !== 'Identifier') return false;
    if (this.#free.has(callee.name)) return true;
    return above.every((node, k) => k === 0 || !FUNCTIONS.has(node.type) || isArgument(node, above[k - 1]));
  }

  /** Refuses numbers of steps that earlier calls do not tell. */
  #checkSize(node: AnyNode, above: readonly AnyNode[], isBound = false): void {
    if (!isSize(node, above, this.#sizeRules(isBound))) throw new DoesMore();
  }

  #sizeRules(isBound: boolean): SizeRules {
    if (!this.#use.isUnknown) return { most: MOST_STEPS, isFree: (name) => this.#isFreeSize(name) };
    return { most: isBound ? MOST_OFFSET : MOST_UNKNOWN, isFree: () => false };
  }

  #isFreeSize(name: string): boolean {
    if (!this.#free.has(name)) return false;
    this.#noteUse(name, 'bound');
    return true;
  }

  /** Refuses loops of unknown code inside of others, and loops of its own functions alike. */
  #checkLevels(above: readonly AnyNode[]): void {
    const { isUnknown, isHelper } = this.#use;
    const levels = above.filter((node, depth) => depth > 0 && repeats(node)).length + 1;
    const isOutermost = above.length === 0;
    if (!isUnknown || isOutermost) return;
    if (levels > (isHelper ? MOST_HELPER_LEVELS : MOST_LEVELS)) throw new DoesMore();
  }

  /** Refuses assignments that make an array as long as a number that earlier calls do not tell. */
  #checkLength(target: AnyNode, value: AnyNode | undefined, above: readonly AnyNode[]): void {
    if (target.type !== 'MemberExpression') {
      for (const part of children(target)) this.#checkLength(part, undefined, above);
      return;
    }
    if (!keepsLength(target, value, above, this.#sizeRules(false))) throw new DoesMore();
  }

  /** Refuses assignments to anything but variables of the code's own and their members. */
  #checkTarget(target: AnyNode): void {
    let root = target;
    while (root.type === 'MemberExpression') root = root.object;
    if (target.type === 'VariableDeclaration') return;
    if (root.type !== 'Identifier' || this.#free.has(root.name)) throw new DoesMore();
  }

  #noteMember(key: AnyNode, isComputed: boolean): void {
    if (key.type === 'Identifier' && !isComputed) this.members.add(key.name);
    else if (key.type === 'Literal') this.members.add(String(key.value));
  }

  #noteUse(name: string, use: OuterUse): void {
    const uses = this.outer.get(name) ?? [];
    this.outer.set(name, uses);
    uses.push(use);
  }
}

/** Tells whether code runs its parts any number of times. */
const repeats = ({ type }: AnyNode): boolean => LOOPS.has(type) || FUNCTIONS.has(type);
const LOOPS = new Set(['ForStatement', 'ForOfStatement', 'ForInStatement']);

/** Returns the second operand of a power or shift, unless the first is a number and no bigint. */
function powerOf(node: AnyNode): AnyNode | undefined {
  if (node.type !== 'BinaryExpression' && node.type !== 'AssignmentExpression') return undefined;
  return /^(?:\*\*|<<)=?$/.test(node.operator) && !isNumber(node.left) ? node.right : undefined;
}

const isNamed = (key: AnyNode, name: string): boolean =>
  (key.type === 'Identifier' && key.name === name) || (key.type === 'Literal' && key.value === name);

/** Tells whether a name is that of a function around its use, which may call itself then. */
function isInside(name: string, above: readonly AnyNode[]): boolean {
  return above.some((node, k) => {
    const parent = above[k - 1];
    // The name itself lies directly in a declaration or a variable's declarator.
    if (!FUNCTIONS.has(node.type) || k === above.length - 1) return false;
    if ('id' in node && node.id && isNamed(node.id as AnyNode, name)) return true;
    return parent?.type === 'VariableDeclarator' && isNamed(parent.id, name);
  });
}

/** Tells whether a function is the outermost one, declared, the value of a variable, or an argument. */
function isInPlace(node: AnyNode, above: readonly AnyNode[]): boolean {
  const parent = above[above.length - 1];
  if (parent === undefined || node.type === 'FunctionDeclaration') return true;
  return (parent.type === 'VariableDeclarator' && parent.init === node) || isArgument(node, parent);
}

const isArgument = (node: AnyNode, parent: AnyNode): boolean =>
  parent.type === 'CallExpression' && parent.callee !== node;

/** Tells whether a member's name is one of {@link REFUSED}, as a name or as a literal. */
const isRefused = (key: AnyNode): boolean =>
  key.type === 'PrivateIdentifier' ||
  (key.type === 'Identifier' && REFUSED.has(key.name)) ||
  (key.type === 'Literal' && typeof key.value === 'string' && REFUSED.has(key.value));
