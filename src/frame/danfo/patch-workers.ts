import { isPeerLoaded } from '../load-peer.js';

/*
 * `import 'apply-parallel/danfo'` changes danfojs in the thread that runs it. Workers of that program change theirs too, as soon as it is
 * loaded there: the module comes with all of this package, and most workers never load danfojs.
 */

let module: string | undefined;

/** Called by that module itself. */
export function rememberDanfoPatch(url: string): void {
  module = url;
}

/** The module, if this program has imported it. */
export const danfoPatchModule = (): string | undefined => module;

/** Does the same here, where danfojs has been loaded. To be awaited after that, and before the user's function is called. */
export async function patchDanfo(url: string | undefined): Promise<void> {
  if (url !== undefined && url !== module && isPeerLoaded('danfojs-node')) await import(url);
}
