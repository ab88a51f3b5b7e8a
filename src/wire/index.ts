/*
 * Values as bytes that another process, or another machine, can read: a shipped function, the rows of groups,
 * results, errors. Threads need none of this, since they post values and share memory.
 *
 * A host that runs groups elsewhere, such as an executor of Spark, uses it like this:
 *
 *   driver      const fn = ship(userFunction, codecsApart('…'))        codecs/ refuses what cannot leave
 *               send(encodeWhole({ fn, keys, … }))
 *   executor    const task = decode(bytes)                             views on these bytes, no copy
 *               const kernel = await createGroupKernel(task, 0)        or any other kernel
 *               await kernel.run(group, signal)
 *               send(encodeWhole(kernel.take()))                       results are plain data already
 *   driver      reviveResults(decode(bytes))
 *
 * `encode` takes what structured clone takes, and errors as `describeError` writes them. It copies shared
 * memory: views of one payload that overlap still overlap after decoding, and nothing is shared with the
 * sender. A bare SharedArrayBuffer is refused. Arrow data travels as views (`describeData`, `packBatch`); of
 * a large buffer only the ranges that views show are written, so data that was sliced should be cut before
 * (`cutData` in arrow/).
 *
 * The bytes begin with a version (format.ts); `decode` refuses another one. On a stream, each payload goes
 * into a frame with its kind and length (`frameHead`, `FrameReader`).
 */
export { decode } from './decode.js';
export { byteLengthOf, encode, encodeWhole } from './encode.js';
export { WIRE_VERSION } from './format.js';
export { FRAME_HEAD_BYTES, type Frame, FrameReader, frameHead } from './frames.js';
