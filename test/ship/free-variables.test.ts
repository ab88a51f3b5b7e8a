// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { parseFunction } from '#dist/ship/parse.js';
import { functionSource } from './support/random-functions.js';
import { opinions } from './support/second-opinion.js';

/*
 * The analysis of free variables against eslint-scope's, which looks at the whole file where ours sees the
 * function's text alone. Two rules tell them apart: where `eval` or `with` may look up any name, ours refuses
 * the function instead of listing names; and it puts one variable in the place of the expression in `extends
 * mixin(Base)`.
 */

/**
 * Sorted; `name=` where the function writes to the variable. `undefined` for what is refused whatever its
 * names are.
 */
function ourOpinion(text: string): string[] | undefined {
  const { analysis, superName } = parseFunction(text);
  if (analysis.dynamicScope) return undefined;
  const own = [...analysis.free.values()].filter(({ name }) => name !== superName || text.includes(name));
  const free = own.flatMap(({ name, assigned }) => (assigned ? [name, `${name}=`] : [name]));
  if (analysis.outerArguments) free.push('arguments');
  return free.sort();
}

const nodeModules = fileURLToPath(new URL('../../node_modules/', import.meta.url));

function filesOf(name: string): string[] {
  return readdirSync(join(nodeModules, name), { recursive: true, encoding: 'utf8' })
    .filter((path) => /\.[cm]?js$/.test(path) && !/(?:^|[\\/])node_modules[\\/]/.test(path))
    .sort()
    .map((path) => join(nodeModules, name, path));
}

// Dependencies the manifest names, so that the lock file holds the corpus still.
const corpus = [
  'acorn',
  'danfojs-node',
  'eslint-scope',
  'fast-check',
  'parquet-wasm',
  'piscina',
  'publint',
  'tsx',
];
/**
 * Parsing is done once for each function, and so again and again for what lies in others: bundles wrapped in
 * one are left out.
 */
const LONGEST = 10_000;
const counted: Record<string, number> = { module: 0, script: 0 };

for (const name of corpus) {
  test(`the functions of ${name}`, () => {
    for (const path of filesOf(name)) {
      const { sourceType, functions } = opinions(readFileSync(path, 'utf8'));
      for (const { text, free } of functions) {
        if (text.length > LONGEST) continue;
        const ours = ourOpinion(text);
        if (!ours) continue;
        assert.deepEqual(ours, free, `${path}: ${text}`);
        counted[sourceType]++;
      }
    }
  });
}

test('were thousands, of modules and of scripts', () => {
  assert.ok(counted.module > 1000 && counted.script > 1000, JSON.stringify(counted));
  assert.ok(counted.module + counted.script > 3000, JSON.stringify(counted));
});

test('functions nobody would write', () => {
  const check = (source: string): void => {
    const [{ free }] = opinions(`(${source})`).functions;
    assert.deepEqual(ourOpinion(source), free);
  };
  fc.assert(fc.property(functionSource, check), { numRuns: 300 });
});
