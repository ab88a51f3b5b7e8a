import { danfoPatchModule, registered } from '../frame/index.js';
import { importsNothing, type ShippedFunction } from '../ship/worker.js';

/** The forms of groups that no library outside makes. */
export const OWN_FORMS = new Set(['arrow', 'columns', 'records']);

/** Tells whether nothing in a worker imports a module for a call with these forms; see `KernelSource`. */
export function runsAlone(fn: ShippedFunction, forms: readonly string[], hasCache: boolean): boolean {
  if (hasCache || danfoPatchModule() !== undefined) return false;
  // Workers import the modules of all adapters, because functions may return such frames.
  if (registered().some(({ module }) => module !== undefined)) return false;
  return forms.every((form) => OWN_FORMS.has(form)) && importsNothing(fn);
}
