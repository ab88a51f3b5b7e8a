/*
 * What can go wrong in a group, by name. Each happens in group 'c' alone, the third of eight; the others
 * return their sum.
 */

class PriceError extends Error {
  name = 'PriceError';
  code = 'E_PRICE';
  detail = { rows: [1, 2] };
}

const sleep = (ms) => new Promise((resolve) => setTimeout(resolve, ms));

export const faults = {
  errorSubclass() {
    throw new PriceError('no price', { cause: new RangeError('too low') });
  },
  string() {
    throw 'just a string';
  },
  undefined() {
    throw undefined;
  },
  reject: () => Promise.reject(new TypeError('rejected')),
  async timerWhileWaiting() {
    setTimeout(() => {
      throw new PriceError('from a timer');
    }, 5);
    // It waits for something that never comes.
    await sleep(1e6);
  },
  exit: () => process.exit(3),
  async exitLater() {
    await sleep(5);
    process.exit(0);
  },
  abort: () => process.abort(),
  segmentationFault: () => process.kill(process.pid, 'SIGSEGV'),
  kill: () => process.kill(process.pid, 'SIGKILL'),
  endlessLoop() {
    for (;;);
  },
  endlessAwait: () => new Promise(() => {}),
  heap() {
    const kept = [];
    for (;;) kept.push(Array.from({ length: 1000 }, (_, i) => ({ i })));
  },
  typedArrays: () => ({ y: new Float64Array(2 ** 45) }),
  number: () => 5,
  ragged: () => ({ y: [1, 2, 3], z: [1] }),
  functions: () => ({ y: [() => 1, () => 2] }),
  symbols: () => ({ y: [Symbol('s')] }),
};
