import type { AnyNode } from 'acorn';
import { assignmentsIn, type FunctionNode, isFunction, namesIn } from './local-variables.js';
import { children } from './scope.js';

/*
 * Finds steps of loops that make a text, a list or a bigint of two or more copies of what it was: it doubles
 * with each step, so that a few more rows take a thousand times as long.
 */

/** How many copies of a variable's content go into a value, as a text or list and as a bigint. */
interface Copies {
  readonly text: number;
  readonly big: number;
}

const NONE: Copies = { text: 0, big: 0 };
const ONE: Copies = { text: 1, big: 1 };
const sum = (parts: Iterable<Copies>): Copies => {
  let [text, big] = [0, 0];
  for (const part of parts) {
    text += part.text;
    big += part.big;
  }
  return { text, big };
};
const most = (parts: readonly Copies[]): Copies => ({
  text: Math.max(0, ...parts.map(({ text }) => text)),
  big: Math.max(0, ...parts.map(({ big }) => big)),
});

/**
 * Tells whether a node, each time it runs, may double a value.
 *
 * @param above the nodes around, the function first
 * @param isRepeated whether the whole function may run many times
 */
export function mayDouble(node: AnyNode, above: readonly AnyNode[], isRepeated: boolean): boolean {
  const repeats =
    isRepeated || above.some(({ type }, depth) => /^For/.test(type) || (depth > 0 && isCode(type)));
  switch (node.type) {
    case 'AssignmentExpression':
      return repeats && assignmentDoubles(node, above[0]);
    case 'CallExpression':
      return (repeats && additionDoubles(node, above[0])) || reductionDoubles(node, above[0]);
    default:
      return false;
  }
}

const isCode = (type: string): boolean => /Function/.test(type);

function assignmentDoubles(
  { left, operator, right }: AnyNode & { readonly type: 'AssignmentExpression' },
  root: AnyNode,
): boolean {
  return [...targetsOf(left)].some((name) => {
    const given = new Reader(root, namesFor(left, name, root)).copies(right);
    const isSelf = operator !== '=';
    const text = operator === '=' || operator === '+=' ? given.text + Number(isSelf) : 0;
    const big = given.big + Number(operator === '*=');
    return text > 1 || (big > 1 && !isAlwaysNumber(root, name));
  });
}

/** Methods that put what they are given into a list, a map or a set. */
const ADD = new Set(['push', 'unshift', 'splice', 'set', 'add', 'fill']);

/** Tells whether a call adds a list to itself, or doubles one of its elements. */
function additionDoubles(
  { callee, arguments: given }: AnyNode & { readonly type: 'CallExpression' },
  root: AnyNode,
): boolean {
  if (callee.type !== 'MemberExpression' || !ADD.has(nameOf(callee.property))) return false;
  return [...targetsOf(callee.object)].some((name) => {
    const reader = new Reader(root, namesFor(callee, name, root));
    const { text, big } = sum(
      given.map((each) =>
        sum([reader.copies(each), each.type === 'SpreadElement' ? reader.copies(each) : NONE]),
      ),
    );
    return text > 1 || big > 1;
  });
}

/** Tells whether a function that is passed to `reduce` doubles its first parameter. */
function reductionDoubles(
  { callee, arguments: [fn, first] }: AnyNode & { readonly type: 'CallExpression' },
  root: AnyNode,
): boolean {
  if (callee.type !== 'MemberExpression' || !/^reduce/.test(nameOf(callee.property))) return false;
  // A function with a name may do anything with it.
  if (!isFunction(fn)) return true;
  if (fn.params[0] === undefined) return false;
  const { text, big } = new Reader(root, namesIn(fn.params[0])).ofFunction(fn);
  return text > 1 || (big > 1 && !(first !== undefined && isNumber(first)));
}

/** Returns the variables that an assignment to a target changes, in itself or in a member. */
function targetsOf(target: AnyNode): Set<string> {
  let root = target;
  for (;;) {
    if (root.type === 'MemberExpression') root = root.object;
    else if (root.type === 'CallExpression') root = root.callee;
    else return namesIn(root);
  }
}

/** Returns a variable with those whose values it shares, if a member of it is changed. */
function namesFor(target: AnyNode, name: string, root: AnyNode, names = new Set<string>()): Set<string> {
  if (names.has(name)) return names;
  names.add(name);
  if (target.type !== 'MemberExpression') return names;
  for (const { node } of assignmentsIn(root, name).values) {
    if (node.type !== 'Identifier' && node.type !== 'MemberExpression') continue;
    for (const other of targetsOf(node)) namesFor(target, other, root, names);
  }
  return names;
}

/** Counts the copies of some variables in expressions. */
class Reader {
  readonly #root: AnyNode;
  readonly #names: ReadonlySet<string>;

  constructor(root: AnyNode, names: ReadonlySet<string>) {
    this.#root = root;
    this.#names = names;
  }

  /** @param within the variables whose values are being read */
  copies(node: AnyNode | null | undefined, within: readonly string[] = []): Copies {
    const of = (each: AnyNode | null | undefined) => this.copies(each, within);
    switch (node?.type) {
      case 'Identifier': {
        const { name } = node;
        if (this.#names.has(name)) return ONE;
        if (within.includes(name)) return NONE;
        const { values } = assignmentsIn(this.#root, name);
        return most(values.map((value) => this.copies(value.node, [...within, name])));
      }
      case 'BinaryExpression':
        return ofOperator(node, of(node.left), of(node.right));
      case 'UnaryExpression':
        return node.operator === '-' || node.operator === '~' ? { ...of(node.argument), text: 0 } : NONE;
      case 'LogicalExpression':
        return most([of(node.left), of(node.right)]);
      case 'ConditionalExpression':
        return most([of(node.consequent), of(node.alternate)]);
      case 'SequenceExpression':
        return most(node.expressions.map(of));
      case 'MemberExpression':
        return of(node.object);
      case 'CallExpression':
      case 'NewExpression':
        return this.#ofCall(node, within);
      case 'ArrowFunctionExpression':
      case 'FunctionExpression': {
        // It runs for each of the elements.
        const { text, big } = this.ofFunction(node, within);
        return { text: 2 * text, big };
      }
      default:
        return node === null || node === undefined ? NONE : sum([...children(node)].map(of));
    }
  }

  /** Counts the copies in what a function returns. */
  ofFunction({ body }: FunctionNode, within: readonly string[] = []): Copies {
    const results = body.type === 'BlockStatement' ? resultsOf(body) : [body];
    return most(results.map((result) => this.copies(result, within)));
  }

  #ofCall(
    { callee, arguments: given }: AnyNode & { readonly type: 'CallExpression' | 'NewExpression' },
    within: readonly string[],
  ): Copies {
    const all = sum(given.map((each) => this.copies(each, within)));
    if (callee.type === 'Identifier') {
      if (NUMBERS.has(callee.name)) return NONE;
      return COPIES.test(callee.name) ? all : sum([all, all]);
    }
    if (callee.type !== 'MemberExpression') return sum([all, all]);
    const { object, property } = callee;
    if (object.type === 'Identifier' && NUMBERS.has(object.name)) return NONE;
    const method = nameOf(property);
    if (TELL.test(method)) return NONE;
    const own = this.copies(object, within);
    const repeats =
      method === 'flatMap' || given.some((fn) => isFunction(fn) && repeatsParameter(fn, this.#root));
    return sum(repeats ? [own, own, all] : [own, all]);
  }
}

/** Tells whether a function makes its result of several copies of one of its parameters. */
const repeatsParameter = (fn: FunctionNode, root: AnyNode): boolean =>
  fn.params.some((param) => {
    const { text, big } = new Reader(root, namesIn(param)).ofFunction(fn);
    return text > 1 || big > 1;
  });

function ofOperator(
  { operator, left, right }: AnyNode & { readonly type: 'BinaryExpression' },
  a: Copies,
  b: Copies,
): Copies {
  if (operator === '+') return { text: a.text + b.text, big: Math.max(a.big, b.big) };
  // A number and a bigint have no result.
  if (/[<>=]=|^[<>]$|^in/.test(operator) || isNumber(left) || isNumber(right)) return NONE;
  return { text: 0, big: operator === '*' ? a.big + b.big : Math.max(a.big, b.big) };
}

/** Functions and objects whose results are numbers. */
const NUMBERS = new Set(['Math', 'Number', 'parseInt', 'parseFloat', 'isNaN', 'isFinite', 'Boolean']);
/** Functions and classes whose results hold what they are given once. */
const COPIES = /^(?:String|BigInt|Map|Set|.*Array)$/;
/** Methods that tell something of a text or list in a number. */
const TELL =
  /^(?:\w*[iI]ndex(?:Of)?|includes|every|some|has|delete|\w*At|startsWith|endsWith|localeCompare)$/;

/** Returns the results of a function's body. */
function resultsOf(node: AnyNode): AnyNode[] {
  if (node.type === 'ReturnStatement') return node.argument ? [node.argument] : [];
  return isCode(node.type) ? [] : [...children(node)].flatMap(resultsOf);
}

/** Tells whether an expression is surely a number: its value is none with a bigint. */
export function isNumber(node: AnyNode): boolean {
  switch (node.type) {
    case 'Literal':
      return typeof node.value === 'number';
    case 'UnaryExpression':
      return isNumber(node.argument);
    case 'BinaryExpression':
      return node.operator !== '+' && (isNumber(node.left) || isNumber(node.right));
    case 'CallExpression': {
      const { callee } = node;
      const from = callee.type === 'MemberExpression' ? callee.object : callee;
      return from.type === 'Identifier' && NUMBERS.has(from.name);
    }
    default:
      return false;
  }
}

/** Tells whether a variable begins as a number, and only gets what is made of itself or a number. */
function isAlwaysNumber(root: AnyNode, name: string): boolean {
  const { values, isGiven } = assignmentsIn(root, name);
  const reader = new Reader(root, new Set([name]));
  return (
    !isGiven &&
    values.length > 0 &&
    values.every(({ node }) => isNumber(node) || reader.copies(node).big > 0) &&
    values.some(({ node }) => isNumber(node))
  );
}

const nameOf = (property: AnyNode): string => (property.type === 'Identifier' ? property.name : '');
