import { roundTrip } from './round-trip.mjs';

const text = 'x';
function fail(x) {
  throw new Error(text + x);
}
class Thrower {
  constructor(x) {
    this.x = x;
  }
  go() {
    throw new Error(text);
  }
}
class Bare {
  go() {
    throw new Error(text);
  }
}
const key = 'run';
const functions = [
  fail,
  () => fail(1),
  () => new Thrower(1).go(),
  () => new Bare().go(),
  // biome-ignore format: on one line, so that the column counts
  async (x) => { await null; throw new Error(text + x); },
  { async run(x) { throw new Error(text + x); } }.run, // biome-ignore format: the same
  {
    [key](x) {
      throw new Error(text + x);
    },
  }[key],
];

/** File, line and column of the innermost frame. */
const placeOf = async (call) => {
  try {
    await call();
  } catch ({ stack }) {
    return /\(?([^ (]*:\d+:\d+)\)?$/.exec(stack.split('\n')[1])[1];
  }
  return 'did not throw';
};

const frames = [];
for (const fn of functions) {
  frames.push({ here: await placeOf(() => fn(1)), there: await placeOf(() => roundTrip(fn, 1)) });
}
process.stdout.write(JSON.stringify(frames));
