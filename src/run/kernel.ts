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

/** The recipe for a kernel: a worker calls the maker of that name with a clone of `data` and its own number. */
export interface KernelSource {
  readonly name: string;
  readonly data: unknown;
}

/** Makes a kernel, in a worker. */
export type KernelMaker = (data: never, worker: number) => Kernel | Promise<Kernel>;

/** Loads a maker of kernels. Called before the first job that needs it, or to load it ahead. */
export type LoadMaker = () => KernelMaker | Promise<KernelMaker>;

/** The kernels that a worker can make, by name. */
export type KernelMakers = Readonly<Record<string, LoadMaker>>;

export async function loadKernel(
  { name, data }: KernelSource,
  worker: number,
  makers: KernelMakers,
): Promise<Kernel> {
  const make = await makers[name]();
  return make(data as never, worker);
}
