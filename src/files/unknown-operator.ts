import { ApplyError } from '../errors.js';

/** Conditions of other languages, as they are written here. */
const otherOperators: { readonly [name: string]: string } = {
  '=': '{ eq: … }',
  '==': '{ eq: … }',
  '===': '{ eq: … }',
  '!=': '{ ne: … }',
  '!==': '{ ne: … }',
  '<>': '{ ne: … }',
  '>': '{ gt: … }',
  '>=': '{ gte: … }',
  '<': '{ lt: … }',
  '<=': '{ lte: … }',
  ge: '{ gte: … }',
  le: '{ lte: … }',
  in: '[…]',
  isin: '[…]',
  between: '{ gte: …, lte: … }',
  isnull: 'null',
  isna: 'null',
  notnull: '{ ne: null }',
  notna: '{ ne: null }',
};

/** Returns the error of a condition in `where` that does not exist: `{ price: { '>': 3 } }`. */
export function unknownOperator(column: string, name: string, operators: readonly string[]): ApplyError {
  const word = name.replace(/^\$/, '').toLowerCase();
  const other = operators.includes(word)
    ? `{ ${word}: … }`
    : Object.hasOwn(otherOperators, word)
      ? otherOperators[word]
      : undefined;
  return new ApplyError(
    'ERR_INVALID_OPTION',
    `scan: where.${column} has the condition '${name}'; ` +
      (other === undefined
        ? `conditions are ${operators.join(', ')}, as in { ${column}: { gte: 10, lt: 20 } }, a value, or an ` +
          'array of values'
        : `did you mean where: { ${column}: ${other} }?`),
  );
}
