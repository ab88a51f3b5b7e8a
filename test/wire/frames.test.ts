import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import fc from 'fast-check';
import { FRAME_HEAD_BYTES, type Frame, FrameReader, frameHead } from '#dist/wire/index.js';

function streamOf(frames: readonly Frame[]): Uint8Array {
  return Buffer.concat(frames.flatMap(({ kind, content }) => [frameHead(kind, content.length), content]));
}

describe('frames', () => {
  it('arrive whole and in order, however the stream is cut', () => {
    const frame = fc.record(
      { kind: fc.nat(2 ** 32 - 1), content: fc.uint8Array({ maxLength: 50 }) },
      { noNullPrototype: true },
    );
    fc.assert(
      fc.property(fc.array(frame, { maxLength: 6 }), fc.infiniteStream(fc.nat(20)), (frames, cuts) => {
        const stream = streamOf(frames as Frame[]);
        const arrived: Frame[] = [];
        const reader = new FrameReader((each) => arrived.push(each));
        const scratch = new Uint8Array(20);
        for (let at = 0; at < stream.length; ) {
          const piece = stream.subarray(at, at + (cuts.next().value as number));
          at += piece.length;
          scratch.set(piece);
          reader.push(scratch.subarray(0, piece.length));
          scratch.fill(0xff);
        }
        assert.deepEqual(arrived, frames);
        assert.ok(reader.isBetween);
        for (const { content } of arrived) assert.equal(content.byteOffset % 8, 0);
      }),
    );
  });

  it('tell a stream that was cut off, and bytes that are none', () => {
    const reader = new FrameReader(() => assert.fail());
    const stream = streamOf([{ kind: 1, content: new Uint8Array(9) }]);
    reader.push(stream.subarray(0, FRAME_HEAD_BYTES));
    assert.equal(reader.isBetween, false);
    assert.throws(() => new FrameReader(() => {}).push(Buffer.from('Traceback (most recent call last):')), {
      code: 'ERR_UNSUPPORTED',
      message: /a frame does not begin as one/,
    });
  });
});
