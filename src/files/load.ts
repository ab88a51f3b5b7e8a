import type { AnyTable } from '../arrow/index.js';
import { type LoadOptions, loadFile } from '../persist/index.js';
import { fromCaller } from '../util/index.js';
import { scan } from './scan.js';

/** The path of a file that holds a table. */
export type TablePath =
  | `${string}.${'parquet' | 'arrow' | 'feather' | 'csv' | 'tsv'}`
  | `${string}.${'csv' | 'tsv'}.gz`;

/**
 * Reads what {@link dump} wrote, and Arrow, Feather, Parquet and CSV files of any origin, which come as Arrow
 * tables. The content of a file, not its name, tells what it is and how it is compressed; only CSV and TSV
 * files are told by their names, and {@link scan} has options for them. Typed arrays and columns are read
 * straight to where they stay.
 *
 * Loading never runs code of the file, unlike Python's pickle. A damaged or torn dump is always noticed,
 * since all of it has checksums. Arrow files have none, and Parquet files seldom: there a torn file is
 * noticed, and a changed bit among the values is not.
 *
 * The counterpart of `joblib.load`.
 *
 * @param path the file; a literal such as `'sales.parquet'` tells the compiler that a table comes
 * @throws ApplyError `ERR_BAD_FILE` says what the file looks like; `ERR_UNSUPPORTED` for big-endian Arrow
 *   data, and when zstd is needed, which takes Node 22.15; `ERR_MISSING_PEER` when danfojs or parquet-wasm is
 *   needed and not installed. A file that does not exist is Node's own `ENOENT`.
 * @example
 * await dump({ x: Float64Array.of(1, 2) }, '/tmp/x.dump.gz');
 * const { x } = await load<{ x: Float64Array }>('/tmp/x.dump.gz', { shared: true });
 * x.buffer instanceof SharedArrayBuffer // true
 */
export function load(path: TablePath, options?: LoadOptions): Promise<AnyTable>;
export function load<T = unknown>(path: string | URL, options?: LoadOptions): Promise<T>;
export function load(path: string | URL, options: LoadOptions = {}): Promise<unknown> {
  return fromCaller(load, async () => {
    const name = path instanceof URL ? path.pathname : path;
    if (typeof name !== 'string' || !/\.[ct]sv(\.gz)?$/i.test(name)) return loadFile(path, options);
    return (await scan(path)).read();
  });
}
