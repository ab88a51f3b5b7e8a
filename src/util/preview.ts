import { inspect, types } from 'node:util';

/** Returns a value on one line, for messages. */
export function preview(value: unknown): string {
  // A missing await is the most frequent mistake.
  if (types.isPromise(value)) return 'a promise (await it first)';
  const text = inspect(value, {
    depth: 1,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 5,
    maxStringLength: 60,
  });
  const line = text.replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 117).replace(/[\s,.]+$/, '')}...` : line;
}
