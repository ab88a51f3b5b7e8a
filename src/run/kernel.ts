/** The work itself, made anew in every thread that takes part. This folder hands out indices; what they mean only a kernel knows. */
export interface Kernel {
  /** Works on one index. What comes of it is kept until the next {@link take}. */
  run(index: number, signal: AbortSignal): void | Promise<void>;
  /** Everything since the last call, in a form that can be posted to another thread. */
  take(): unknown;
}

/** How a worker gets its kernel: it imports `url` and calls its export `name` with `data`, which travels by structured clone. */
export interface KernelSource {
  readonly url: string;
  readonly name: string;
  readonly data: unknown;
}

export async function loadKernel({ url, name, data }: KernelSource): Promise<Kernel> {
  const module = (await import(url)) as { [name: string]: (data: unknown) => Promise<Kernel> };
  return module[name](data);
}
