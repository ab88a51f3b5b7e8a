import { createRequire } from 'node:module';
import { extra, otherNode } from '../../../../scripts/extras.js';
import { cells } from './cells.js';
import { commonJs, esm, typescript, typescriptCommonJs } from './flavours.js';

/** One way to run the cases, in a process of its own. */
export interface Environment {
  readonly name: string;
  /** Name -> text; the first one is the program. */
  readonly files: Readonly<Record<string, string>>;
  /** What runs the program, whose name is added; undefined when an extra is missing. */
  readonly command: readonly string[] | undefined;
  readonly env?: Readonly<Record<string, string>>;
  /** What cannot work there, and what the user is told. */
  readonly except?: Readonly<Record<string, RegExp>>;
}

const require = createRequire(import.meta.url);
const here = process.execPath;
const tsx = ['--import', require.resolve('tsx')];
const commonJsPackage = { 'package.json': '{ "type": "commonjs" }' };

/** A command, unless one of its words is the path of an extra that is missing. */
function withExtra(command: string | undefined, ...args: (string | undefined)[]): string[] | undefined {
  const words = [command, ...args];
  return words.every((word) => word !== undefined) ? words : undefined;
}

const startWorker = (file: string): string =>
  `new (process.getBuiltinModule('node:worker_threads').Worker)('./${file}');`;

const plain: readonly Environment[] = [
  { name: 'CommonJS', files: { 'program.cjs': commonJs('file', true) }, command: [here] },
  { name: 'ES module', files: { 'program.mjs': esm('file', true) }, command: [here] },
  { name: 'CommonJS, inside a class method', files: { 'program.cjs': commonJs('method') }, command: [here] },
  { name: 'CommonJS, inside functions', files: { 'program.cjs': commonJs('functions') }, command: [here] },
  { name: 'ES module, inside a class method', files: { 'program.mjs': esm('method') }, command: [here] },
  { name: 'ES module, inside functions', files: { 'program.mjs': esm('functions') }, command: [here] },
  {
    name: 'CommonJS, inside a worker thread',
    files: { 'start.cjs': startWorker('program.cjs'), 'program.cjs': commonJs() },
    command: [here],
  },
  {
    name: 'ES module, inside a worker thread',
    files: { 'start.mjs': startWorker('program.mjs'), 'program.mjs': esm() },
    command: [here],
  },
  {
    name: 'CommonJS, under node:test',
    files: { 'program.cjs': commonJs('test') },
    command: [here, '--test'],
  },
  { name: 'ES module, under node:test', files: { 'program.mjs': esm('test') }, command: [here, '--test'] },
];

const otherVersions: readonly Environment[] = [22, 24, 26].flatMap((major): Environment[] => {
  const node = otherNode(major);
  const strip = major === 22 ? ['--experimental-strip-types', '--no-warnings'] : ['--no-warnings'];
  return [
    { name: `CommonJS, Node ${major}`, files: { 'program.cjs': commonJs() }, command: withExtra(node) },
    { name: `ES module, Node ${major}`, files: { 'program.mjs': esm() }, command: withExtra(node) },
    {
      name: `types stripped by Node ${major}, ES module`,
      files: { 'program.mts': typescript() },
      command: withExtra(node, ...strip),
    },
    {
      name: `types stripped by Node ${major}, CommonJS`,
      files: { 'program.cts': commonJs('functions') },
      command: withExtra(node, ...strip),
    },
    {
      name: `ES module under node:test, Node ${major}`,
      files: { 'program.mjs': esm('test') },
      command: withExtra(node, '--test'),
    },
  ];
});

const tsNode = extra('ts-node', 'register/transpile-only.js');
const tsNodeLoader = extra('ts-node', 'esm/transpile-only.mjs');
const vitest = extra('vitest', 'vitest.mjs');

function compilerOptions(target: string): string {
  return JSON.stringify({ module: 'nodenext', moduleResolution: 'nodenext', target, esModuleInterop: true });
}

const compilers: Environment[] = [
  { name: 'tsx, ES module', files: { 'program.ts': typescript('file', true) }, command: [here, ...tsx] },
  {
    name: 'tsx, inside a class method',
    files: { 'program.ts': typescript('method') },
    command: [here, ...tsx],
  },
  {
    name: 'tsx, CommonJS',
    files: { 'program.ts': typescriptCommonJs(), ...commonJsPackage },
    command: [here, require.resolve('tsx/cli')],
  },
  {
    name: 'tsx under node:test',
    files: { 'program.ts': typescript('test') },
    command: [here, ...tsx, '--test'],
  },
  {
    name: 'ts-node, CommonJS',
    files: { 'program.ts': typescriptCommonJs(), ...commonJsPackage },
    command: withExtra(here, '--require', tsNode),
    env: { TS_NODE_COMPILER_OPTIONS: compilerOptions('es2022') },
  },
  {
    name: 'ts-node, CommonJS, downlevelled to ES2017',
    files: { 'program.ts': typescriptCommonJs(), ...commonJsPackage },
    command: withExtra(here, '--require', tsNode),
    env: { TS_NODE_COMPILER_OPTIONS: compilerOptions('es2017') },
    except: {
      classes: /Derived -> _Derived_secret: WeakMap cannot be copied/,
      classStatic: /Derived -> _Derived_secret: WeakMap cannot be copied/,
      privateMembers: /Shape -> _Shape_\w+: (?:Weak\w+ cannot be copied|it is assigned)/,
      statics: /Shape -> _Shape_\w+: (?:Weak\w+ cannot be copied|it is assigned)/,
      keptKeys: /Keyed -> \w+: it is assigned inside the function/,
      'refused: privateInstance': /ERR_UNSHIPPABLE .*Shape/,
      'refused: privateMethod': /ERR_UNSHIPPABLE .*_Derived_secret: WeakMap cannot be copied/,
    },
  },
  {
    name: 'ts-node, ES module',
    files: { 'program.ts': typescript('file', true) },
    command: withExtra(here, '--no-warnings', '--loader', tsNodeLoader),
    env: { TS_NODE_COMPILER_OPTIONS: compilerOptions('es2022') },
  },
];

const vitestConfig = (pool: string): string => `export default { test: {
  globals: true, include: ['program.test.ts'], pool: '${pool}', testTimeout: 60_000, watch: false,
  server: { deps: { external: [/\\/dist\\//, /\\/support\\/(?:[\\w-]+\\/)?(?!helpers)[\\w-]+\\.mjs$/] } },
} };`;

/**
 * Files of the project are part of what vitest transforms: they travel by value, and cannot write to their
 * own variables.
 */
const underVitest = {
  moduleState: /counted.* -> calls: it is assigned inside the function/,
  namespaceData: /counted.* -> calls: it is assigned inside the function/,
  wholeNamespace: /counted.* -> calls: it is assigned inside the function/,
  dynamicImport: /it calls import\(\), which vitest passes to a loader of its own/,
  dynamicPackage: /it calls import\(\), which vitest passes to a loader of its own/,
};

const runners: Environment[] = ['forks', 'threads', 'vmThreads'].map((pool) => ({
  name: `vitest, ${pool}`,
  files: { 'program.test.ts': typescript('test', true, true), 'vitest.config.mjs': vitestConfig(pool) },
  command: withExtra(here, vitest, 'run', '--config', 'vitest.config.mjs'),
  except: underVitest,
}));

const compiler = extra('typescript', 'lib/typescript.js');

const notebooks: Environment[] = [
  {
    name: 'cells of a notebook, as tslab compiles them',
    files: { 'program.cjs': compiler ? cells(compiler) : '' },
    command: compiler === undefined ? undefined : [here],
    except: {
      replacesItself: / lazy: it is assigned inside the function/,
      replacesItselfInside: / lazyToo: it is assigned inside the function/,
      filename: /__filename is not defined/,
    },
  },
];

export const environments: readonly Environment[] = [
  ...plain,
  ...otherVersions,
  ...compilers,
  ...runners,
  ...notebooks,
];
