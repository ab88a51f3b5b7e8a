/**
 * The work of a job on one index. Each thread creates its own kernel; this folder hands out indices and does
 * not know what they mean.
 */
export interface Kernel {
  /** Runs one index and keeps its result until the next {@link take}. */
  run(index: number, signal: AbortSignal): void | Promise<void>;
  /** Returns the results since the last call, in a form that can be posted to another thread. */
  take(): unknown;
}

/**
 * The recipe for a kernel: a worker imports `url` and calls its export `name` with a clone of `data` and its
 * own number.
 */
export interface KernelSource {
  readonly url: string;
  readonly name: string;
  readonly data: unknown;
}

export async function loadKernel({ url, name, data }: KernelSource, worker: number): Promise<Kernel> {
  const module = (await import(url)) as {
    [name: string]: (data: unknown, worker: number) => Promise<Kernel>;
  };
  return module[name](data, worker);
}
