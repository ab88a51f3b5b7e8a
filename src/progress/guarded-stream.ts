/** A stream that never throws: its errors must not reach the work that is reported on. */
export interface GuardedStream {
  readonly stream: NodeJS.WriteStream;
  write(text: string): void;
  /** Stops handling the stream's errors once everything written has left or failed. */
  release(): void;
}

export function guardStream(stream: NodeJS.WriteStream): GuardedStream {
  // A closed pipe emits 'error' some time after the write; without a listener that would end the process.
  const ignore = () => {};
  const stop = () => stream.off('error', ignore);
  let released = false;
  stream.on('error', ignore);
  return {
    stream,
    write(text) {
      if (released || stream.destroyed || !stream.writable) return;
      try {
        stream.write(text);
      } catch {
        // A terminal that has gone away throws on some platforms.
      }
    },
    release() {
      if (released) return;
      released = true;
      if (stream.destroyed || !stream.writable) {
        setImmediate(stop);
        return;
      }
      // The callback of a failed write runs before its 'error' event, so wait one more turn.
      try {
        stream.write('', () => setImmediate(stop));
      } catch {
        setImmediate(stop);
      }
    },
  };
}
