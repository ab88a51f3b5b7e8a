import { isPeerLoaded } from '../load-peer.js';

/*
 * `import 'apply-parallel/danfo'` patches danfojs in its own thread. Workers import that module too, but only
 * after they have loaded danfojs: it brings this whole package, and most workers never load danfojs.
 */

let module: string | undefined;

/** Notes the URL of the module that patches danfojs; the module itself calls it. */
export function rememberDanfoPatch(url: string): void {
  module = url;
}

/** Returns the URL of the module, if this program has imported it. */
export const danfoPatchModule = (): string | undefined => module;

/**
 * Patches danfojs in this thread, if it is loaded. Await it after loading, and before calling the user's
 * function.
 */
export async function patchDanfo(url: string | undefined): Promise<void> {
  if (url !== undefined && url !== module && isPeerLoaded('danfojs-node')) await import(url);
}
