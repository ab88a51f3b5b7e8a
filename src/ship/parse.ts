import { type AnyNode, type Class, type Options, parse as parseProgram } from 'acorn';
import { TextCache } from '../util/index.js';
import { analyse } from './analyse.js';
import { type ClassMembers, classMembers } from './class-members.js';
import type { Analysis } from './free-names.js';

/** The source of a function or class, with everything that is needed to compile it elsewhere. */
export interface ParsedFunction {
  /**
   * Evaluates to the function where `form` says. Computed and private method keys are replaced by a plain
   * one.
   */
  readonly source: string;
  readonly form: 'expression' | 'method';
  readonly isClass: boolean;
  readonly isArrow: boolean;
  readonly analysis: Analysis;
  /** The offset in `source` of the location that V8 gives for the function. */
  readonly anchor: number;
  /** Positions of nodes less this are positions in `source`. */
  readonly offset: number;
  /** The variable that stands for `import.meta` in `source`. */
  readonly metaName: string | undefined;
  /** The variable that stands for the superclass in `source`. */
  readonly superName: string | undefined;
  /**
   * The name through which the function replaces itself. Its source is then compiled as a declaration, since
   * the name of a function expression cannot be assigned.
   */
  readonly declared: string | undefined;
  /** The members of a class; undefined for functions. */
  readonly members: ClassMembers | undefined;
}

const options: Options = {
  ecmaVersion: 'latest',
  sourceType: 'script',
  allowSuperOutsideMethod: true,
  allowImportExportEverywhere: true,
  checkPrivateFields: false,
};

const known = new TextCache<ParsedFunction>(2000);

/** Parses the text of a function. Throws acorn's SyntaxError for other text. */
export function parseFunction(text: string): ParsedFunction {
  return known.get(text, () => parseAnyForm(text));
}

/** Parses a text as an expression, then as a method, then as a class member. */
function parseAnyForm(text: string): ParsedFunction {
  let failure: unknown;
  for (const attempt of [asExpression, asMethod, asClassMember]) {
    try {
      const parsed = attempt(text);
      if (parsed) return parsed;
    } catch (error) {
      failure ??= error;
    }
  }
  throw failure ?? new SyntaxError('not the source of a function');
}

/** Opens a function around the parsed expression, so that `new.target` is allowed in it. */
const WRAPPER = 'function wrapper(){return ';

/** Parses an expression. The positions in the result are those in `code` plus the wrapper's length. */
function expressionOf(code: string): AnyNode {
  const [wrapper] = parseProgram(`${WRAPPER}${code}}`, options).body;
  const statement = wrapper?.type === 'FunctionDeclaration' ? wrapper.body.body[0] : undefined;
  if (statement?.type !== 'ReturnStatement' || !statement.argument)
    throw new SyntaxError('not an expression');
  return statement.argument;
}

/** Returns the syntax tree of a function with its free names; undefined for text that is none. */
export function parseNode(text: string): { node: AnyNode; free: ReadonlySet<string> } | undefined {
  const node = treeOf(text);
  return node && { node, free: new Set(parseFunction(text).analysis.free.keys()) };
}

/** Returns the syntax tree of a function, or of an object with a method; undefined for other text. */
export function treeOf(text: string): AnyNode | undefined {
  for (const code of [`(${text}\n)`, `({${text}\n})`]) {
    try {
      return expressionOf(code);
    } catch {}
  }
  return undefined;
}

function asExpression(text: string): ParsedFunction | undefined {
  const node = expressionOf(`(${text}\n)`);
  const offset = WRAPPER.length + 1;
  switch (node.type) {
    case 'ArrowFunctionExpression':
      return finish(text, 'expression', node, offset, 0);
    case 'FunctionExpression':
      return finish(text, 'expression', node, offset, text.indexOf('(', node.id ? node.id.end - offset : 0));
    case 'ClassExpression': {
      const named = withNamedSuperclass(text, node, offset);
      if (named !== text) return asExpression(named);
      const own = node.body.body.find(
        (member) => member.type === 'MethodDefinition' && member.kind === 'constructor',
      );
      return finish(
        text,
        'expression',
        node,
        offset,
        own?.type === 'MethodDefinition' ? own.value.start - offset : 0,
      );
    }
    default:
      return undefined;
  }
}

function asMethod(text: string): ParsedFunction | undefined {
  const object = expressionOf(`({${text}\n})`);
  const property =
    object.type === 'ObjectExpression' && object.properties.length === 1 ? object.properties[0] : undefined;
  if (property?.type !== 'Property' || property.value.type !== 'FunctionExpression') return undefined;
  const offset = WRAPPER.length + 2;
  const { key, value } = property;
  if (!property.computed) return finish(text, 'method', value, offset, value.start - offset);
  return asMethod(withPlainKey(text, text.lastIndexOf('[', key.start - offset - 1), value.start - offset));
}

/** Parses a method with a #private key, which only a class can hold. */
function asClassMember(text: string): ParsedFunction | undefined {
  const node = expressionOf(`(class{${text}\n})`);
  const member = node.type === 'ClassExpression' ? node.body.body[0] : undefined;
  if (member?.type !== 'MethodDefinition') return undefined;
  const offset = WRAPPER.length + 7;
  return asMethod(withPlainKey(text, member.key.start - offset, member.value.start - offset));
}

/**
 * Replaces a superclass such as `mixin(Base)` or `a.Base` by a variable, which gets the class that the
 * expression gave. The text keeps its length, so that lines and columns stay the same.
 */
function withNamedSuperclass(text: string, node: Class, offset: number): string {
  const { superClass } = node;
  if (!superClass || superClass.type === 'Identifier' || superClass.type === 'Literal') return text;
  const [start, end] = [superClass.start - offset, superClass.end - offset];
  const candidates = ['$_0', '_$0', '$$0', '__0'];
  const name = candidates.find((each) => !text.includes(each)) ?? `$_${text.length}`;
  const rest = text.slice(start + name.length, end).replace(/[^\n]/g, ' ');
  return text.slice(0, start) + name + rest + text.slice(end);
}

function withPlainKey(text: string, keyStart: number, keyEnd: number): string {
  return `${text.slice(0, keyStart)} method${text.slice(keyEnd)}`;
}

function finish(
  text: string,
  form: ParsedFunction['form'],
  node: AnyNode,
  offset: number,
  anchor: number,
): ParsedFunction {
  const analysis = analyse(node);
  const metaName = analysis.importMetas.length > 0 ? unusedName(text) : undefined;
  let source = text;
  for (const { start, end } of metaName ? analysis.importMetas.toReversed() : []) {
    source = source.slice(0, start - offset) + metaName + source.slice(end - offset);
  }
  return {
    source,
    form,
    isClass: node.type === 'ClassExpression',
    isArrow: node.type === 'ArrowFunctionExpression',
    analysis,
    anchor,
    offset,
    metaName,
    superName:
      node.type === 'ClassExpression' && node.superClass?.type === 'Identifier'
        ? node.superClass.name
        : undefined,
    declared: node.type === 'FunctionExpression' && analysis.replacesItself ? node.id?.name : undefined,
    members: node.type === 'ClassExpression' ? classMembers(node, text, offset) : undefined,
  };
}

/** Returns a name as long as `import.meta`, so that columns stay the same. */
function unusedName(text: string): string {
  const candidates = ['import_meta', 'import$meta', '$importmeta', '_importmeta'];
  return candidates.find((name) => !text.includes(name)) ?? `import_meta_${text.length}`;
}
