import { type Data, Type } from 'apache-arrow';
import { offsetWords } from './layout.js';

/** Returns the elements of a column of lists or maps, in the order of its rows. */
export function elementsOf(lists: Data): Data {
  const [child] = lists.children;
  if (lists.type.typeId === Type.FixedSizeList) return child;
  const { words, step } = offsetWords(lists);
  return child.slice(words[0], words[lists.length * step] - words[0]);
}
