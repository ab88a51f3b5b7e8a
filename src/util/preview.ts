import { inspect, types } from 'node:util';

/** A value on one line, for messages. */
export function preview(value: unknown): string {
  // Forgotten more often than anything else.
  if (types.isPromise(value)) return 'a promise (await it first)';
  const text = inspect(value, {
    depth: 1,
    breakLength: Number.POSITIVE_INFINITY,
    maxArrayLength: 5,
    maxStringLength: 60,
  });
  const line = text.replace(/\s+/g, ' ');
  return line.length > 120 ? `${line.slice(0, 117)}...` : line;
}
