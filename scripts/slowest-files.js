/** A reporter for Node's test runner: after the last test, the files whose tests took longest together. */
export default async function* slowestFiles(events) {
  const times = new Map();
  for await (const { type, data } of events) {
    if (data.nesting !== 0 || (type !== 'test:pass' && type !== 'test:fail')) continue;
    times.set(data.file, (times.get(data.file) ?? 0) + data.details.duration_ms);
  }
  const slowest = [...times].sort(([, a], [, b]) => b - a).slice(0, 20);
  yield `\nThe slowest ${slowest.length} files:\n`;
  for (const [file, ms] of slowest) yield `${(ms / 1000).toFixed(1).padStart(6)} s  ${file}\n`;
}
