/**
 * Calls `onWrite` with everything that other code writes to the streams, before it is written, so that a bar
 * can get out of the way. Returns the function that ends that.
 */
export function watchWrites(
  streams: Iterable<NodeJS.WriteStream>,
  onWrite: (chunk: string | Uint8Array) => void,
): () => void {
  const undo = [...streams].map((stream) => {
    const { write } = stream;
    const isOwn = Object.hasOwn(stream, 'write');
    const watched = (...args: Parameters<typeof write>): boolean => {
      onWrite(args[0]);
      return write.apply(stream, args);
    };
    stream.write = watched as typeof write;
    return () => {
      // Other code may have replaced `write` since; its version still calls ours.
      if (stream.write !== watched) return;
      if (isOwn) stream.write = write;
      else delete (stream as { write?: unknown }).write;
    };
  });
  return () => {
    for (const restore of undo) restore();
  };
}

const NEWLINE = 10;

export const endsLine = (chunk: string | Uint8Array): boolean =>
  typeof chunk === 'string' ? chunk.endsWith('\n') : chunk[chunk.length - 1] === NEWLINE;
