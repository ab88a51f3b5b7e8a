import type { Path } from './value-path.js';

/** The size of captured data from which a warning is emitted: every worker gets a copy of the data. */
const LIMIT = 64 * 1024 * 1024;

/**
 * Adds up the bytes of copied data, by the captured variable that leads to it. Shared memory does not count.
 */
export class CaptureSize {
  private readonly bytes = new Map<Path, number>();
  private total = 0;

  add(variable: Path, bytes: number): void {
    this.total += bytes;
    this.bytes.set(variable, (this.bytes.get(variable) ?? 0) + bytes);
  }

  /**
   * Emits one warning when the total is over the limit, unless earlier warnings have named all large
   * variables.
   */
  warn(): void {
    if (this.total <= LIMIT) return;
    const heavy = [...this.bytes]
      .filter(([, bytes]) => bytes >= this.total / 10)
      .sort(([, a], [, b]) => b - a)
      .map(([path, bytes]) => ({ name: String(path), size: `${Math.round(bytes / 1024 / 1024)} MB` }));
    const news = heavy.filter(({ name }) => !named.has(name));
    if (heavy.length > 0 && news.length === 0) return;
    for (const { name } of news) named.add(name);
    const list = news.map(({ name, size }) => `${name} (${size})`).join(', ');
    process.emitWarning(
      `The function takes ${Math.round(this.total / 1024 / 1024)} MB along, which every worker gets a ` +
        `copy of: ${list || 'many small values'}.`,
      {
        code: 'APPLY_PARALLEL_LARGE_CAPTURE',
        detail:
          'Workers share Arrow tables, danfojs DataFrames and typed arrays on a SharedArrayBuffer instead ' +
          'of copying them: make it one of these and pass it with partial(fn, { name: table }); ' +
          'shareTable(table) keeps a table that many calls use in shared memory.',
      },
    );
  }
}

const named = new Set<string>();
