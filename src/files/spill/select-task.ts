import type { WireField } from '../../arrow/index.js';
import type { ReadTask } from '../read-task.js';

/** Returns the task of reading these columns alone, of the same parts. */
export function selectTask(task: ReadTask, columns: readonly string[]): ReadTask {
  const { fields, metadata } = task.schema;
  const selected = columns.map((column) => fields.find(({ name }) => name === column) as WireField);
  const tested = new Set(task.where.map(({ column }) => column));
  const others = fields.filter(({ name }) => tested.has(name) && !columns.includes(name));
  return { ...task, schema: { fields: [...selected, ...others], metadata }, numColumns: columns.length };
}
