import {
  type AssignmentProperty,
  type Expression,
  type Function as FunctionAst,
  type Pattern,
  parseExpressionAt,
  type RestElement,
} from 'acorn';
import type { AnyFunction } from './payload.js';

/** A parameter of a function. */
export interface Parameter {
  /** Undefined for a pattern. */
  readonly name: string | undefined;
  /** The properties that a pattern takes from its object. */
  readonly properties: readonly string[];
  /** True for a pattern that takes nothing but `properties` from its object. */
  readonly isClosed: boolean;
  readonly isRest: boolean;
}

/** Reads a function's parameters from its source. Returns undefined for bound and native functions. */
export function parametersOf(fn: AnyFunction): Parameter[] | undefined {
  const text = Function.prototype.toString.call(fn);
  // A function expression, a method of an object, or a method of a class.
  for (const code of [`(${text})`, `({${text}})`, `(class{${text}})`]) {
    try {
      return functionIn(parseExpressionAt(code, 0, { ecmaVersion: 'latest' }))?.params.map(readParameter);
    } catch {
      // Not this form.
    }
  }
  return undefined;
}

function functionIn(node: Expression): Pick<FunctionAst, 'params'> | undefined {
  if (node.type === 'ArrowFunctionExpression' || node.type === 'FunctionExpression') return node;
  const member = node.type === 'ObjectExpression' ? node.properties[0] : undefined;
  if (member?.type === 'Property') return functionIn(member.value);
  const method = node.type === 'ClassExpression' ? node.body.body[0] : undefined;
  return method?.type === 'MethodDefinition' ? functionIn(method.value) : undefined;
}

function readParameter(pattern: Pattern): Parameter {
  if (pattern.type === 'AssignmentPattern') return readParameter(pattern.left);
  if (pattern.type === 'RestElement') return { ...readParameter(pattern.argument), isRest: true };
  const name = pattern.type === 'Identifier' ? pattern.name : undefined;
  const members = pattern.type === 'ObjectPattern' ? pattern.properties.map(propertyName) : [];
  return {
    name,
    properties: members.filter((member) => member !== undefined),
    isClosed: pattern.type === 'ObjectPattern' && !members.includes(undefined),
    isRest: false,
  };
}

/** Returns the name of a property; undefined for a rest and for a name that is computed. */
function propertyName(property: AssignmentProperty | RestElement): string | undefined {
  if (property.type === 'RestElement' || property.computed) return undefined;
  const { key } = property;
  if (key.type === 'Identifier') return key.name;
  return key.type === 'Literal' ? String(key.value) : undefined;
}
