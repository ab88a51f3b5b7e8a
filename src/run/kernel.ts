/**
 * The work of a job on one index. Each thread creates its own kernel; this folder hands out indices and does
 * not know what they mean.
 */
export interface Kernel {
  /** Takes the weight of all indices of a claim, before the first of them runs. */
  expect?(weight: number): void;
  /** Runs one index and keeps its result until the next {@link take}. */
  run(index: number, signal: AbortSignal): void | Promise<void>;
  /** Takes what these indices need, before they run, where workers share no memory with the job. */
  accept?(part: unknown, indices: Int32Array): void | Promise<void>;
  /** Returns the results since the last call, in a form that can be posted to another thread. */
  take(): unknown;
}

/**
 * The recipe for a kernel: a worker calls the maker of that name with a clone of `data` and its own number.
 */
export interface KernelSource {
  readonly name: string;
  readonly data: unknown;
  /**
   * True if nothing that the kernel runs can import a module, and so meet another copy of apache-arrow than
   * the one inside the worker's file.
   */
  readonly isAlone?: boolean;
}

/** Makes a kernel, in a worker. */
export type KernelMaker = (data: never, worker: number) => Kernel | Promise<Kernel>;

/** Loads a maker of kernels. Called before the first job that needs it, or to load it ahead. */
export type LoadMaker = () => KernelMaker | Promise<KernelMaker>;

/** Makers of kernels, by name. */
export type KernelMakers = Readonly<Record<string, LoadMaker>>;

/** The kernels that a worker can make. */
export interface WorkerKernels {
  /** Those in the worker's own file, for kernels that are alone. */
  readonly own: KernelMakers;
  /** Loads all, with the apache-arrow that modules import. */
  all(): Promise<KernelMakers>;
}

/** A kernel as it is loaded ahead. */
export type KernelName = Pick<KernelSource, 'name' | 'isAlone'>;

export async function loadMaker(
  { name, isAlone }: KernelName,
  { own, all }: WorkerKernels,
): Promise<KernelMaker> {
  const load = isAlone && Object.hasOwn(own, name) ? own[name] : (await all())[name];
  return load();
}
