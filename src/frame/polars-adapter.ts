import { types } from 'node:util';
import { tableFromIPC } from 'apache-arrow';
import { ownTable, toIpcStream } from '../arrow/index.js';
import { ApplyError } from '../errors.js';
import { isObject } from '../util/index.js';
import type { FrameAdapter } from './adapter.js';
import { loadPeer, requirePeer } from './load-peer.js';
import type { PolarsFrame } from './types.js';

/** The function of nodejs-polars that this adapter uses. */
interface Polars {
  readIPCStream(stream: Buffer): PolarsFrame;
}

let polars: Polars | undefined;

/**
 * The adapter of DataFrames of nodejs-polars, which shares no memory with JavaScript. Rows pass as an Arrow
 * IPC stream.
 */
export const polarsAdapter: FrameAdapter<PolarsFrame> = {
  kind: 'polars',
  matches: isPolarsFrame,
  toArrow: (frame) => ownTable(tableFromIPC(frame.writeIPCStream())),
  fromArrow(table) {
    polars ??= polarsOf(requirePeer('nodejs-polars', what));
    const stream = toIpcStream(table);
    try {
      return polars.readIPCStream(Buffer.from(stream.buffer, stream.byteOffset, stream.byteLength));
    } catch (cause) {
      const columns = table.schema.fields.map(({ name, type }) => `${name}: ${type}`).join(', ');
      throw new ApplyError(
        'ERR_SCHEMA_MISMATCH',
        `polars cannot hold this table (${columns}): ${(cause as Error).message}`,
        { cause },
      );
    }
  },
  async load() {
    polars ??= polarsOf(await loadPeer('nodejs-polars', what));
  },
};

const what = 'polars DataFrames';

/** Recognises a frame, which is a proxy without a class. A column may hide a method, but not a symbol. */
function isPolarsFrame(value: unknown): value is PolarsFrame {
  return (
    types.isProxy(value) &&
    typeof value === 'object' &&
    (value as { [Symbol.toStringTag]?: unknown })[Symbol.toStringTag] === 'DataFrame' &&
    typeof (value as Partial<PolarsFrame>).writeIPCStream === 'function'
  );
}

/** Recognises a Series, which is a proxy too. */
export function isPolarsSeries(value: object): boolean {
  if (!types.isProxy(value)) return false;
  const { _s: inside, toFrame } = value as { _s?: unknown; toFrame?: unknown };
  return isObject(inside) && typeof toFrame === 'function';
}

/**
 * Returns the exports of the CommonJS package: `import` gives them as the default, `require` as the module
 * itself.
 */
const polarsOf = (module: unknown): Polars => ((module as { default?: Polars }).default ?? module) as Polars;
