/** A view, its position among all views, and the bytes of its buffer that its section begins with. */
interface Shown {
  readonly view: ArrayBufferView;
  readonly index: number;
}

/** The memory of views, each byte once. */
export interface PlacedViews {
  readonly sections: readonly Uint8Array[];
  /** Section, offset in it and byte length of each view. */
  readonly places: Float64Array;
}

/**
 * Finds the memory that views show: a section for each range of a buffer that views cover without a gap
 * between them. Views that overlap lie in one section.
 */
export function placeViews(views: readonly ArrayBufferView[]): PlacedViews {
  const byBuffer = new Map<ArrayBufferLike, Shown[]>();
  views.forEach((view, index) => {
    const known = byBuffer.get(view.buffer);
    if (known) known.push({ view, index });
    else byBuffer.set(view.buffer, [{ view, index }]);
  });
  const sections: Uint8Array[] = [];
  const places = new Float64Array(views.length * 3);
  for (const [buffer, shown] of byBuffer) {
    if (shown.length > 1) shown.sort((a, b) => a.view.byteOffset - b.view.byteOffset);
    for (let k = 0; k < shown.length; ) {
      // Begins where every element type is aligned, so that it is aligned in the section, too.
      const from = Math.floor(shown[k].view.byteOffset / 8) * 8;
      let to = from;
      do {
        const { view, index } = shown[k++];
        to = Math.max(to, view.byteOffset + view.byteLength);
        places.set([sections.length, view.byteOffset - from, view.byteLength], index * 3);
      } while (k < shown.length && shown[k].view.byteOffset < to);
      sections.push(new Uint8Array(buffer, from, to - from));
    }
  }
  return { sections, places };
}
