import { type Data, Type } from 'apache-arrow';

/**
 * Tells whether a column is null in every row, whatever its type; a column without rows is not, unless of the
 * Null type.
 */
export const isAllNull = ({ type, length, nullCount }: Data): boolean =>
  type.typeId === Type.Null || (length > 0 && nullCount === length && type.typeId !== Type.Union);
