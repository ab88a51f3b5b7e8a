import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { test } from 'node:test';

/** Compiles a method by calling it, drops the objects, collects garbage, and says whether it is compiled still. */
const program = (className: string, keeps: boolean) => `
  import { keepOne } from ${JSON.stringify(new URL('../../dist/frame/keep-one.js', import.meta.url).href)};

  class ${className} {
    #sum = 0;
    values = new Int32Array(10);
    add(i) {
      this.#sum += this.values[i];
    }
  }
  if (${keeps}) keepOne(new ${className}());

  function work() {
    const one = new ${className}();
    %PrepareFunctionForOptimization(one.add);
    one.add(1);
    one.add(2);
    %OptimizeFunctionOnNextCall(one.add);
    one.add(3);
  }
  work();
  const isCompiled = () => (%GetOptimizationStatus(${className}.prototype.add) & 16) !== 0;
  const before = isCompiled();
  await new Promise((resolve) => setTimeout(resolve));
  gc();
  console.log(before, isCompiled());`;

const run = (keeps: boolean) =>
  execFileSync(
    process.execPath,
    ['--allow-natives-syntax', '--expose-gc', '--input-type=module', '--eval', program('Counter', keeps)],
    { encoding: 'utf8' },
  ).trim();

test('keepOne: code compiled for a class outlives the garbage of its objects', () => {
  assert.equal(run(true), 'true true');
});

test('without it, that code goes when the last object does', () => {
  assert.equal(run(false), 'true false');
});
