/** How long the beginners of a job work before the other workers follow. */
const BEGIN_MS = 2;

/** The pass that runs the workers. */
interface Pass {
  run(worker: number): Promise<void>;
  /** Returns whether there is work left for more workers. */
  hasWork(): boolean;
  /** Called when the other workers have begun. */
  onOthers(): void;
}

/** Runs workers 0 … workers-1: the beginners at once, the others if there is work for them soon after. */
export async function runBeginnersFirst(workers: number, beginners = workers, pass: Pass): Promise<void> {
  const run = (from: number, to: number) =>
    Array.from({ length: Math.max(0, to - from) }, (_, k) => pass.run(from + k));
  const begun = run(0, Math.min(beginners, workers));
  if (beginners >= workers) {
    await Promise.all(begun);
    return;
  }
  let others: Promise<void>[] = [];
  const timer = setTimeout(() => {
    if (!pass.hasWork()) return;
    others = run(beginners, workers);
    pass.onOthers();
  }, BEGIN_MS);
  try {
    await Promise.all(begun);
  } finally {
    clearTimeout(timer);
  }
  await Promise.all(others);
}
