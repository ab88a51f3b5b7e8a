/**
 * Hears of everything that others write to the same terminal, before it is written: a line that is drawn over and over must be out of
 * the way by then. Returns what ends that.
 */
export function watchNeighbours(
  streams: Iterable<NodeJS.WriteStream>,
  hear: (chunk: string | Uint8Array) => void,
): () => void {
  const undo = [...streams].map((stream) => {
    const { write } = stream;
    const isOwn = Object.hasOwn(stream, 'write');
    const watched = (...args: Parameters<typeof write>): boolean => {
      hear(args[0]);
      return write.apply(stream, args);
    };
    stream.write = watched as typeof write;
    return () => {
      // Somebody else may have put something on top of it since; what lies below then stays.
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
