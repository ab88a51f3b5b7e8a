// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { toThisRealm } from '#dist/values/index.js';
import { extra } from '../../scripts/extras.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../..', import.meta.url));

/** Loads the module, and what it imports, in a realm of its own; the values in the thread's realm. */
const IN_A_REALM = `
import { readFileSync } from 'node:fs';
import vm from 'node:vm';
import v8 from 'node:v8';
const context = vm.createContext({ process, Buffer, URL });
const loaded = new Map();
async function link(specifier, from) {
  if (specifier.startsWith('node:')) {
    const exports = await import(specifier);
    return new vm.SyntheticModule(Object.keys(exports), function () {
      for (const [name, value] of Object.entries(exports)) this.setExport(name, value);
    }, { context });
  }
  const url = new URL(specifier, from.identifier);
  if (!loaded.has(url.href)) {
    const initializeImportMeta = (meta) => { meta.url = url.href; };
    loaded.set(url.href, new vm.SourceTextModule(readFileSync(url, 'utf8'), { context, identifier: url.href, initializeImportMeta }));
  }
  return loaded.get(url.href);
}
const module = await link('../build/values/realm.js', { identifier: import.meta.url });
await module.link(link);
await module.evaluate();
const { toThisRealm } = module.namespace;
const cycle = { list: [new Date(0)] };
cycle.self = cycle;
const value = {
  object: { a: [1, [2]] }, map: new Map([[{ k: 1 }, new Map([[1, /x/g]])]]), set: new Set([[1]]), cycle,
  boxed: [Object('x'), Object(1n)], error: new RangeError('x'), none: null, missing: undefined,
};
const made = toThisRealm(v8.deserialize(v8.serialize(value)));
context.made = made;
const check = \`
  const { object, map, set, cycle, boxed, error } = made;
  const [[key, inner]] = map;
  [
    made, object, object.a, object.a[1], map, key, inner, inner.get(1), set, [...set][0], cycle, cycle.list, cycle.list[0], boxed[0], boxed[1], error,
  ].map((each, at) => each instanceof [
    Object, Object, Array, Array, Map, Object, Map, RegExp, Set, Array, Object, Array, Date, String, BigInt, RangeError,
  ][at] || at)
\`;
console.log(JSON.stringify([vm.runInContext(check, context), made.cycle.self === made.cycle, made instanceof Object, made.none, 'missing' in made]));
`;

describe('toThisRealm', () => {
  let folder = '';
  before(async () => {
    folder = await mkdtemp(join(root, 'out-realm-'));
  });
  after(() => rm(folder, { recursive: true }));

  it('leaves values of this realm as they are', () => {
    const value = Object.freeze({ a: Object.freeze([1]) });
    assert.equal(toThisRealm(value), value);
    for (const each of [1, null, undefined, 'x']) assert.equal(toThisRealm(each), each);
  });

  it('gives values of the realm of the thread the classes of its own, at any depth', async () => {
    await writeFile(join(folder, 'realm.mjs'), IN_A_REALM);
    const { stdout } = await run(process.execPath, ['--experimental-vm-modules', join(folder, 'realm.mjs')]);
    assert.deepEqual(JSON.parse(stdout), [new Array(16).fill(true), true, false, null, true]);
  });

  const vitest = extra('vitest', 'vitest.mjs');
  const skip = vitest ? false : 'vitest is not installed: node scripts/extras.js';
  it('lets toStrictEqual pass in vitest, in threads with realms of their own', { skip }, async () => {
    await writeFile(
      join(folder, 'vitest.config.mjs'),
      `export default { test: {
        globals: true, include: ['results.test.mjs'], pool: 'vmThreads', testTimeout: 60_000, watch: false,
        server: { deps: { external: [/\\/dist\\//] } },
      } };`,
    );
    await writeFile(
      join(folder, 'results.test.mjs'),
      `
      import { applyParallel, createExecutor, delayed, dump, groupby, load, Memory, Parallel, parmap, SharedQueue } from 'apply-parallel';
      const make = (x) => ({ list: [x, new Date(x)], map: new Map([[x, { x }]]), set: new Set([x]), numbers: Float64Array.of(x) });
      it('calls', async () => {
        expect(await Parallel({ nJobs: 2 })([1, 2].map(delayed(make)))).toStrictEqual([make(1), make(2)]);
        expect(await parmap(make, [1], { nprocs: 2 })).toStrictEqual([make(1)]);
        const executor = createExecutor({ maxWorkers: 2 });
        expect(await executor.submit(make, 1)).toStrictEqual(make(1));
        await executor.shutdown();
      });
      it('groups', async () => {
        const rows = [{ k: 'a', day: new Date(0) }, { k: 'b', day: new Date(1) }];
        const fn = (group) => group.map((row) => ({ ...row, list: [1, 2], object: { p: 1 } }));
        expect(await applyParallel(groupby(rows, 'k'), fn, { nJobs: 2 })).toStrictEqual(fn(rows));
      });
      it('errors', async () => {
        const throws = (thrown) => { throw thrown; };
        const causeOf = (thrown) => Parallel({ nJobs: 2 })([delayed(throws)(thrown)]).catch((error) => error.cause);
        const cause = await causeOf(Object.assign(new RangeError('x'), { info: { a: [1] } }));
        expect(cause).toBeInstanceOf(RangeError);
        expect(cause.info).toStrictEqual({ a: [1] });
        expect(await causeOf({ a: [1] })).toStrictEqual({ a: [1] });
      });
      it('files and queues', async () => {
        await dump(make(1), 'value.bin');
        expect(await load('value.bin')).toStrictEqual(make(1));
        const cached = new Memory({ location: 'cache', verbose: 0 }).cache(make);
        await cached(1);
        expect(await cached(1)).toStrictEqual(make(1));
        const queue = new SharedQueue({ capacity: 10 });
        await queue.put({ a: [new Date(0)] });
        expect(await queue.take()).toStrictEqual({ a: [new Date(0)] });
      });
      `,
    );
    const args = [vitest as string, 'run', '--config', 'vitest.config.mjs'];
    const env = { ...process.env, NODE_OPTIONS: '', NODE_TEST_CONTEXT: undefined, NO_COLOR: '1' };
    const { stdout } = await run(process.execPath, args, { cwd: folder, env }).catch(
      (error: { stdout: string; stderr: string }) => assert.fail(`${error.stdout}\n${error.stderr}`),
    );
    assert.match(stdout, /Tests +4 passed \(4\)/);
  });
});
