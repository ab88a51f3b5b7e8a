import type { Vector } from 'apache-arrow';

/** The values read of each dictionary. All groups of a table share a dictionary, so it is read once. */
const dictionaries = new WeakMap<Vector, Map<string, unknown[]>>();

/**
 * Returns the values of a dictionary in the form named `form`. Calls `read` the first time, and again when
 * the dictionary has another length.
 */
export function dictionaryValues(dictionary: Vector, form: string, read: () => unknown[]): unknown[] {
  let forms = dictionaries.get(dictionary);
  if (!forms) {
    forms = new Map();
    dictionaries.set(dictionary, forms);
  }
  let values = forms.get(form);
  if (!values || values.length !== dictionary.length) {
    values = read();
    forms.set(form, values);
  }
  return values;
}
