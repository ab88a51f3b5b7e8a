const warned = new Set<string>();

export function warn(message: string): void {
  process.emitWarning(message, { type: 'MemoryWarning', code: 'APPLY_PARALLEL_MEMORY' });
}

/** Warns unless this process has warned with the same key before. */
export function warnOnce(key: string, message: string): void {
  if (warned.has(key)) return;
  warned.add(key);
  warn(message);
}
