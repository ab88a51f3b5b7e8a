import { readFileSync } from 'node:fs';

/*
 * The text of the programs: the same cases for all, with imports as the kind of file has them, and the cases
 * that are about those. Programs lie in a folder of their own in support/.run-…/, next to a copy of
 * typed-helpers.ts.
 */

const cases = readFileSync(new URL('./cases.txt', import.meta.url), 'utf8');

/** What the cases are inside of. */
export type Around = 'file' | 'method' | 'functions' | 'test';

function program(imports: string, extra: string, around: Around): string {
  const code = `${extra}\n${cases}`;
  switch (around) {
    case 'file':
      return `${imports}\n${code}`;
    case 'method':
      return `${imports}\nclass Program { #hidden = 1; async main(argument) {\n${code}\n} }\nnew Program().main(1);`;
    case 'functions':
      return `${imports}\nfunction outer(rows) { const between = (row) => { (function inner() {\n${code}\n})(); }; between(rows); }\nouter(1);`;
    case 'test':
      return `${imports}\ntest('cases', async () => {\n${code.replace('\nrunCases(', '\nawait runCases(')}\n});`;
  }
}

const danfoCommonJs = `const dfd = require('danfojs-node'); extra.danfo = [() => new dfd.DataFrame([[1, 2]]).shape.join()];`;

export function commonJs(around: Around = 'file', danfo = false): string {
  return program(
    `const { runCases, Celsius } = require('../../matrix/run-cases.mjs'); const { test } = require('node:test');
    const H = require('../../helpers.cjs'); const { times, Doubler } = H;
    const fs = require('fs'); const { join } = require('node:path'); const arrow = require('apache-arrow'); const { tableFromArrays } = arrow;`,
    `H.settings.rate = 5;
    const extra = {
      wholeModule: [() => H.times(2) + new H.Doubler(1).twice()],
      destructured: [() => times(2)],
      viaThis: [() => H.viaThis(2)],
      dataOfNow: [() => H.settings.rate + H.factor],
      classOfModule: [() => new Doubler(2).twice()],
      instanceOfModule: [((k) => () => k.twice())(new Doubler(5))],
      functionOfModule: [H.times, 4],
      builtin: [() => typeof fs.readFileSync + join('a', 'b')],
      require: [() => require('../../helpers.cjs').times(3)],
      filename: [() => require('path').basename(__filename)],
      dynamicImport: [async () => (await import('../../helpers.mjs')).times(3)],
      arrow: [() => tableFromArrays({ x: Int32Array.of(1, 2) }).numRows + typeof arrow.Table],
    };
    ${danfo ? danfoCommonJs : ''}`,
    around,
  );
}

const esmImports = `
  import { runCases, Celsius } from '../../matrix/run-cases.mjs';
  import * as H from '../../helpers.mjs'; import preset, { times, counted, settings, Doubler as D } from '../../helpers.mjs';
  import * as C from '../../helpers.cjs'; import { times as timesOfCommonJs } from '../../helpers.cjs';
  import fs, { readFileSync } from 'node:fs'; import * as path from 'path'; import { setTimeout as wait } from 'node:timers/promises';
  import * as acorn from 'acorn'; import { parse } from 'acorn';
  import * as arrow from 'apache-arrow'; import { tableFromArrays, Table, Utf8 } from 'apache-arrow';
  import cloneDeep from 'lodash.clonedeep';`;

const esmExtra = `
  settings.rate = 5;
  const Captured = Table; const types = { text: Utf8 }; const one = new D(5);
  const extra = {
    namespace: [() => H.times(2) + new H.Doubler(1).twice()],
    named: [() => times(2)],
    preset: [() => preset()],
    moduleState: [() => counted()],
    classOfModule: [() => new D(2).twice()],
    instanceOfModule: [() => one.twice()],
    commonJsModule: [() => C.times(2) + timesOfCommonJs(3)],
    functionOfModule: [times, 4],
    builtin: [() => typeof fs.readFileSync + path.join('a', 'b') + typeof readFileSync],
    dataOfNow: [() => settings.rate + H.factor],
    namespaceData: [() => H.settings.rate + Number(H.counted())],
    wholeNamespace: [() => Object.keys(H).length],
    promised: [async () => String(await wait(1, 'promised'))],
    dynamicImport: [async () => (await import('../../helpers.mjs')).times(3)],
    dynamicPackage: [async () => (await import('acorn')).parse('1', { ecmaVersion: 2020 }).type],
    meta: [() => import.meta.url.split('/').pop() + typeof import.meta.dirname],
    npm: [() => parse('1', { ecmaVersion: 2020 }).type + acorn.version[0]],
    lodash: [() => cloneDeep([{ a: 1 }])],
    arrowNamed: [() => tableFromArrays({ x: Int32Array.of(1, 2) }) instanceof Table],
    arrowNamespace: [() => arrow.tableFromArrays({ x: Int32Array.of(1, 2) }) instanceof arrow.Table],
    arrowCaptured: [() => tableFromArrays({ x: Int32Array.of(1, 2) }) instanceof Captured],
    arrowNested: [() => arrow.vectorFromArray(['a'], new types.text()).type instanceof Utf8],
  };`;

const danfoEsm = `import dfd from 'danfojs-node'; import * as danfo from 'danfojs-node';`;
const danfoEsmExtra = `extra.danfo = [() => new dfd.DataFrame([[1, 2]]).shape.join() + typeof danfo.DataFrame];`;

export function esm(around: Around = 'file', danfo = false): string {
  const imports = `import { test } from 'node:test'; ${esmImports}${danfo ? danfoEsm : ''}`;
  return program(imports, `${esmExtra}${danfo ? danfoEsmExtra : ''}`, around);
}

const typedImports = `
  import type { FreeName } from '#dist/ship/free-names.js';
  import { times as typedTimes, Tripler, type factor as Factor } from './typed-helpers.ts'; import * as typed from './typed-helpers.ts';`;

const typedExtra = `
  interface Row { readonly x: number }
  const generic = <T,>(value: T): T => value;
  Object.assign(extra, {
    typedHelpers: [() => typedTimes(2) + new Tripler(2).thrice() + typed.times(1)],
    typedInstance: [((three: Tripler) => () => three.thrice())(new Tripler(5))],
    typedCode: [(row: Row) => { function nested(q: number) { return q as number; } return nested(generic<number>(row!.x)) satisfies number; }, { x: 3 }],
  });`;

/**
 * `enums`: with TypeScript that is more than types; `globals`: the test runner's functions are there without
 * an import.
 */
export function typescript(around: Around = 'file', enums = false, globals = false): string {
  const extra = enums
    ? `enum Color { Red = 3, Blue }
      class Pair { constructor(private readonly a: number, public b = a) {} sum() { return this.a + this.b; } }
      Object.assign(extra, { enums: [() => Color.Red + Color[4]], parameterProperties: [() => new Pair(2).sum()] });`
    : '';
  const test = globals ? '' : `import { test } from 'node:test';`;
  return program(`${test}${esmImports}${typedImports}`, `${esmExtra}${typedExtra}${extra}`, around);
}

/** TypeScript that its compiler makes CommonJS of. */
export function typescriptCommonJs(): string {
  return program(
    `import { runCases, Celsius } from '../../matrix/run-cases.mjs';
    import * as H from '../../helpers.cjs'; import { times, Doubler } from '../../helpers.cjs';
    import * as path from 'path'; import { readFileSync } from 'node:fs'; import fs from 'node:fs';
    import * as arrow from 'apache-arrow'; import { tableFromArrays, Table } from 'apache-arrow'; import cloneDeep from 'lodash.clonedeep';
    ${typedImports.replace(/import type.*/, '')}`,
    `const extra = {
      wholeModule: [() => H.times(2) + new H.Doubler(1).twice()],
      named: [() => times(2) + new Doubler(2).twice()],
      dataOfNow: [() => H.settings.rate + H.factor],
      builtin: [() => path.join('a', 'b') + typeof readFileSync + typeof fs.readFileSync],
      arrow: [() => tableFromArrays({ x: Int32Array.of(1, 2) }) instanceof Table],
      arrowNamespace: [() => arrow.tableFromArrays({ x: Int32Array.of(1, 2) }) instanceof arrow.Table],
      lodash: [() => cloneDeep([{ a: 1 }])],
      dynamicImport: [async () => (await import('node:path')).basename('a/b')],
      require: [() => require('path').basename(__filename)],
    };
    ${typedExtra}`,
    'file',
  );
}
