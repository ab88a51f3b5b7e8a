import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

/**
 * Compiles a method of a class by calling it, drops the object, collects garbage, and says whether it is
 * compiled still.
 */
const program = (declaration: string) => `
  ${declaration}

  function work() {
    const one = new Counter();
    %PrepareFunctionForOptimization(one.add);
    one.add(1, 2);
    one.add(2, 2);
    %OptimizeFunctionOnNextCall(one.add);
    one.add(3, 2);
  }
  work();
  const isCompiled = () => (%GetOptimizationStatus(Counter.prototype.add) & 16) !== 0;
  const before = isCompiled();
  await new Promise((resolve) => setTimeout(resolve));
  gc();
  console.log(before, isCompiled());`;

const run = (declaration: string) =>
  execFileSync(
    process.execPath,
    ['--allow-natives-syntax', '--expose-gc', '--input-type=module', '--eval', program(declaration)],
    { encoding: 'utf8' },
  ).trim();

const dist = (path: string) => JSON.stringify(new URL(`../../build/${path}`, import.meta.url).href);

const own = `
  class Counter {
    #sum = 0;
    values = new Int32Array(10);
    add(i) {
      this.#sum += this.values[i];
    }
  }`;

test('keepCompiled: code compiled for a class outlives the garbage of its objects', () => {
  const kept = `import { keepCompiled } from ${dist('arrow/keep-compiled.js')};\n${own}\nkeepCompiled(new Counter());`;
  assert.equal(run(kept), 'true true');
});

test('so it is for a class of the package', () => {
  const real = `import { WordsHashTable as Counter } from ${dist('split/words-hash-table.js')};`;
  assert.equal(run(real), 'true true');
});

test('without it, that code goes with the last object, as long as V8 does so', (context) => {
  if (run(own) !== 'true false') context.skip('this V8 keeps it');
});
