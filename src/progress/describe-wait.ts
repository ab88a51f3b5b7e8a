/**
 * Says what work waits for before its first item.
 *
 * @param waitsFor `'workers'` that start, or the `'kernel'` that they load
 * @param kernelWait what to say of the kernel
 */
export function describeWait(
  waitsFor: 'workers' | 'kernel' | undefined,
  workers: number,
  kernelWait: string,
): string | undefined {
  if (waitsFor === undefined) return undefined;
  if (waitsFor === 'kernel') return kernelWait;
  return workers === 1 ? 'starting a worker' : `starting ${workers} workers`;
}
