import type { SparkType } from '../../cluster/inside.js';

/*
 * A call of the glue as Spark's Python workers get it: a pickle that imports the glue, and calls its function
 * `udf` with a text and bytes.
 */

/** Protocol 3 is the first that has bytes. */
const PROTOCOL = '\x80\x03';

export function pickledCall(module: string, text: string, bytes: Uint8Array): Uint8Array {
  const chars = Buffer.from(text);
  return Buffer.concat([
    Buffer.from(`${PROTOCOL}c${module}\nudf\nX`, 'latin1'),
    lengthOf(chars),
    chars,
    Buffer.from('B'),
    lengthOf(bytes),
    bytes,
    // A tuple of two, called, and the end.
    Buffer.from('\x86R.', 'latin1'),
  ]);
}

function lengthOf({ byteLength }: Uint8Array): Buffer {
  const length = Buffer.alloc(4);
  length.writeUInt32LE(byteLength);
  return length;
}

/** The type of the rows that carry answers, for the plan. */
export const ROW_TYPE: SparkType = {
  kind: {
    case: 'struct',
    value: {
      fields: [
        { name: 'seq', dataType: { kind: { case: 'integer', value: {} } }, nullable: true },
        { name: 'body', dataType: { kind: { case: 'binary', value: {} } }, nullable: true },
      ],
    },
  },
};

/** {@link ROW_TYPE} in Spark's JSON, for the glue. */
export const ROW_TYPE_JSON = {
  type: 'struct',
  fields: [
    { name: 'seq', type: 'integer', nullable: true, metadata: {} },
    { name: 'body', type: 'binary', nullable: true, metadata: {} },
  ],
};
