import { type Data, type DataType, type Dictionary, Type, Vector } from 'apache-arrow';
import { ApplyError } from '../errors.js';

/*
 * apache-arrow sets a value of a dictionary column by overwriting the entry of the dictionary. That changes
 * every row with this entry, in other groups and other threads too, so the dictionaries that groups get
 * refuse it.
 */

/** Returns the same column with dictionaries whose `set` throws. */
export function withReadOnlyDictionaries(data: Data): Data {
  if (!hasDictionary(data.type)) return data;
  const children = data.children.map(withReadOnlyDictionaries);
  const { type, offset, length, nullCount } = data;
  const guarded = data.clone(type, offset, length, nullCount, data as never, children);
  if (data.dictionary) guarded.dictionary = readOnly(data.dictionary, type as Dictionary);
  return guarded;
}

const hasDictionary = (type: DataType): boolean =>
  type.typeId === Type.Dictionary || (type.children ?? []).some((field) => hasDictionary(field.type));

function readOnly(dictionary: Vector, type: Dictionary): Vector {
  const vector = new Vector(dictionary.data);
  Object.defineProperty(vector, 'set', {
    value: () => {
      throw new ApplyError(
        'ERR_GROUP_FAILED',
        `a value of a ${type} column cannot be set: all groups share its dictionary. ` +
          "Return a new column instead, such as { ...group, name: values } with input: 'columns'",
      );
    },
  });
  return vector;
}
