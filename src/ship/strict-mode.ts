import { type AnyNode, parse } from 'acorn';
import { children } from './scope.js';

/** Tells whether the code at a position of a script is strict. Line and column count from zero. */
export function isStrictAt(text: string, line: number, column: number): boolean {
  let program: AnyNode;
  try {
    program = parse(text, {
      ecmaVersion: 'latest',
      sourceType: 'script',
      allowHashBang: true,
      allowReturnOutsideFunction: true,
      locations: true,
    });
  } catch {
    return false;
  }
  const contains = ({ loc }: AnyNode): boolean =>
    loc != null && before(loc.start, line, column) && !before(loc.end, line, column);
  for (let node: AnyNode | undefined = program; node; node = [...children(node)].find(contains)) {
    if (node.type === 'ClassDeclaration' || node.type === 'ClassExpression') return true;
    const body = node.type === 'Program' || node.type === 'BlockStatement' ? node.body : [];
    if (body.some((each) => each.type === 'ExpressionStatement' && each.directive === 'use strict'))
      return true;
  }
  return false;
}

function before(position: { line: number; column: number }, line: number, column: number): boolean {
  return position.line - 1 < line || (position.line - 1 === line && position.column <= column);
}
