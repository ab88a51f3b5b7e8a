/** Names the files whose tests took longest together. */
export function slowestFiles() {
  const times = new Map();
  return {
    see({ type, data }) {
      if (data.nesting !== 0 || (type !== 'test:pass' && type !== 'test:fail')) return;
      times.set(data.file, (times.get(data.file) ?? 0) + data.details.duration_ms);
    },
    end() {
      const slowest = [...times].sort(([, a], [, b]) => b - a).slice(0, 20);
      const lines = slowest.map(([file, ms]) => `${(ms / 1000).toFixed(1).padStart(6)} s  ${file}\n`);
      return [`\nThe slowest ${slowest.length} files:\n`, ...lines];
    },
  };
}
