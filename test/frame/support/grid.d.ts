export class Grid {
  constructor(names: readonly string[], rows: readonly (readonly unknown[])[]);
  readonly names: readonly string[];
  readonly rows: readonly (readonly unknown[])[];
}

declare global {
  namespace ApplyParallel {
    interface Frames {
      grid: Grid;
    }
  }
}
