import { ApplyError } from '../errors.js';
import { requireFrom } from '../util/index.js';
import { importFrom } from './dynamic-import.js';
import type { ModuleNode } from './payload.js';

/** Loads the module of a node in this thread and returns it, or the export that the node's path leads to. */
export async function loadModule(node: ModuleNode): Promise<unknown> {
  let value: unknown;
  try {
    value = await load(node);
  } catch (cause) {
    const hint =
      (cause as NodeJS.ErrnoException | null)?.code === 'ERR_UNKNOWN_FILE_EXTENSION'
        ? ". Workers do not have this program's TypeScript loader: name the compiled file, or pass the " +
          'function itself'
        : '';
    throw new ApplyError(
      'ERR_UNSHIPPABLE',
      `${node.id} could not be loaded in the worker: ${String(cause)}${hint}`,
      { cause },
    );
  }
  for (const key of node.path) {
    // The exports of a CommonJS module are only on its `default` where Node cannot tell their names from the
    // source.
    const holder = Object(value) as Record<string, unknown>;
    value =
      key in holder || node.via !== 'import' ? holder[key] : (Object(holder.default) as typeof holder)[key];
  }
  if (value === undefined) {
    throw new ApplyError('ERR_UNSHIPPABLE', `${node.id} exports no ${node.path.join('.')} in the worker`);
  }
  return value;
}

async function load({ via, id, parent }: ModuleNode): Promise<unknown> {
  if (via === 'builtin') return process.getBuiltinModule(id);
  if (via === 'require') return requireFrom(id)(id);
  if (/^\.{0,2}\//.test(id)) return import(new URL(id, parent).href);
  if (/^[a-z]+:/.test(id) || parent === undefined) return import(id);
  return importFrom(parent)(id);
}
