import { ApplyError } from '../errors.js';
import { keepWarm } from './keep-warm.js';
import { loadModule } from './load-module.js';
import { ownFunction } from './own-functions.js';
import {
  isRef,
  type ModuleNode,
  type Node,
  type ShippedFunction,
  type ShippedValue,
  type ValueCodec,
} from './payload.js';
import { Rebuild } from './rebuild.js';
import { readData } from './structured-clone.js';
import { prepareTypeScript } from './typescript.js';

/** Makes the function of a payload in this thread. */
export async function receive(
  shipped: ShippedFunction,
  codecs: readonly ValueCodec[] = [],
): Promise<(...args: readonly unknown[]) => unknown> {
  return (await receiveWithCompanion(shipped, codecs)).fn;
}

/** Makes the function of a payload, its companion and its initializer in this thread. */
export async function receiveWithCompanion(
  shipped: ShippedFunction,
  codecs: readonly ValueCodec[] = [],
): Promise<{ fn: (...args: readonly unknown[]) => unknown; companion: unknown; initializer: unknown }> {
  const { value: fn, ...beside } = await receiveAll(shipped, codecs);
  if (typeof fn === 'function') return { fn: fn as (...args: readonly unknown[]) => unknown, ...beside };
  const [root] = shipped.nodes;
  const what =
    root?.kind === 'module'
      ? `${root.id} exports no function named ${root.path.join('.')}`
      : 'not a function';
  throw new ApplyError('ERR_UNSHIPPABLE', `The function did not arrive in the worker: ${what}`);
}

/**
 * Makes the value of a payload in this thread. It first loads the modules that the payload refers to
 * and decodes the values of codecs.
 */
export async function receiveValue(
  shipped: ShippedValue,
  codecs: readonly ValueCodec[] = [],
): Promise<unknown> {
  return (await receiveAll(shipped, codecs)).value;
}

async function receiveAll(
  shipped: ShippedValue,
  codecs: readonly ValueCodec[],
): Promise<{ value: unknown; companion: unknown; initializer: unknown }> {
  const { root, nodes, data, companion, initializer } = shipped;
  await prepareTypeScript(nodes);
  const arrivals = new Map<number, unknown>();
  await Promise.all(
    nodes.map(async (node, index) => {
      const arriving = arrive(node, codecs);
      if (arriving) arrivals.set(index, await arriving);
    }),
  );
  if (!isRef(root)) return { value: root, companion, initializer };
  const inSlot = new Rebuild(nodes, arrivals, data ? readData(data) : []).run();
  const value = inSlot(root);
  const node = nodes[root.ref];
  if (node.kind === 'function') keepWarm(node, shipped, value);
  return { value, companion: inSlot(companion), initializer: inSlot(initializer) };
}

async function loadOwn(node: ModuleNode): Promise<unknown> {
  return (node.own === undefined ? undefined : ownFunction(node.own)) ?? loadModule(node);
}

/** Starts loading the module, or decoding the value, of a node; undefined for nodes that need no wait. */
function arrive(node: Node, codecs: readonly ValueCodec[]): Promise<unknown> | undefined {
  if (node.kind === 'module') return loadOwn(node);
  if (node.kind !== 'codec') return undefined;
  const codec = codecs.find(({ name }) => name === node.codec);
  if (codec) return Promise.resolve(codec.decode(node.encoded));
  throw new ApplyError(
    'ERR_UNSHIPPABLE',
    `A value was encoded by ${node.codec}, which this thread has no codec for`,
  );
}
