/** Values written to a file and read again, and results that are found in a cache. */
import {
  closeSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { deserialize, serialize } from 'node:v8';
import type { Table } from 'apache-arrow';
import { dump, hash, load, Memory } from 'apply-parallel';
import { arrowColumns } from '../columns.js';
import { numbersByKey } from '../tables.js';
import type { MakeTable, Prepared, StageCase } from '../types.js';

/** 16 bytes a row: 100 MB. */
const hundredMegabytes: MakeTable = (share) => numbersByKey(6_250_000 * share, 100);

type Arrays = Record<string, Float64Array | Int32Array>;

const arraysOf = (table: Table): Arrays =>
  Object.fromEntries(
    Object.entries(arrowColumns(table)).map(([name, column]) => [name, column.toArray() as Float64Array]),
  );

function scratch(): string {
  const folder = mkdtempSync(join(tmpdir(), 'apply-parallel-bench-files-'));
  process.once('exit', () => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

const there =
  (write: (value: Arrays, path: string) => unknown, read: (path: string) => unknown) =>
  async (table: Table): Promise<Prepared> => {
    const arrays = arraysOf(table);
    const path = join(scratch(), 'value');
    return {
      async run() {
        await write(arrays, path);
        return read(path);
      },
      columns: (result) => result as Arrays,
    };
  };

const toJSON = (arrays: Arrays): string =>
  JSON.stringify(arrays, (_, value) =>
    ArrayBuffer.isView(value) ? Array.from(value as Float64Array) : value,
  );

/**
 * Each array in a file of its own, by calls of the system and nothing else: what any dump takes at the least.
 */
function writeBare(arrays: Arrays, path: string): void {
  for (const [name, array] of Object.entries(arrays)) {
    const file = openSync(`${path}-${name}`, 'w');
    for (let at = 0; at < array.byteLength; ) at += writeSync(file, array, at, array.byteLength - at);
    closeSync(file);
  }
}

function readBare(names: readonly string[], like: Arrays, path: string): Arrays {
  const read = (name: string) => {
    const file = openSync(`${path}-${name}`, 'r');
    const bytes = new Uint8Array(statSync(`${path}-${name}`).size);
    for (let at = 0; at < bytes.length; ) at += readSync(file, bytes, at, bytes.length - at, at);
    closeSync(file);
    return like[name] instanceof Float64Array ? new Float64Array(bytes.buffer) : new Int32Array(bytes.buffer);
  };
  return Object.fromEntries(names.map((name) => [name, read(name)]));
}

const dumped = async (table: Table): Promise<Prepared> => {
  const arrays = arraysOf(table);
  const path = join(scratch(), 'value');
  return { run: () => dump(arrays, path), columns: () => arrays };
};

const loaded = async (table: Table): Promise<Prepared> => {
  const path = join(scratch(), 'value');
  await dump(arraysOf(table), path);
  return { run: () => load(path), columns: (result) => result as Arrays };
};

export const dumpCase: StageCase = {
  kind: 'stage',
  name: 'dump',
  title: 'Three typed arrays, 100 MB, to a file',
  keys: ['key'],
  data: hundredMegabytes,
  stages: {
    dump: dumped,
    'fs.writeSync alone': async (table) => {
      const arrays = arraysOf(table);
      const path = join(scratch(), 'value');
      return { run: () => writeBare(arrays, path), columns: () => arrays };
    },
  },
  python: { label: 'joblib.dump', function: 'dump' },
};

export const loadCase: StageCase = {
  kind: 'stage',
  name: 'load',
  title: 'Three typed arrays, 100 MB, from a file',
  keys: ['key'],
  data: hundredMegabytes,
  stages: {
    load: loaded,
    'fs.readSync alone': async (table) => {
      const arrays = arraysOf(table);
      const path = join(scratch(), 'value');
      writeBare(arrays, path);
      const names = Object.keys(arrays);
      return { run: () => readBare(names, arrays, path), columns: (result) => result as Arrays };
    },
  },
  python: { label: 'joblib.load', function: 'load' },
};

export const hashCase: StageCase = {
  kind: 'stage',
  name: 'hash',
  title: 'The hash of a table of 100 MB',
  keys: ['key'],
  data: hundredMegabytes,
  stages: {
    hash: async (table) => ({ run: () => hash(table), columns: () => arrowColumns(table) }),
  },
  python: { label: 'joblib.hash', function: 'hash_frame' },
};

export const dumpLoad: StageCase = {
  kind: 'stage',
  name: 'dump-load',
  title: 'Three typed arrays, 100 MB, to a file and back',
  keys: ['key'],
  data: hundredMegabytes,
  stages: {
    'dump, load': there(
      (value, path) => dump(value, path),
      (path) => load(path),
    ),
    'v8.serialize': there(
      (value, path) => writeFileSync(path, serialize(value)),
      (path) => deserialize(readFileSync(path)),
    ),
    JSON: there(
      (value, path) => writeFileSync(path, toJSON(value)),
      (path) => JSON.parse(readFileSync(path, 'utf8')),
    ),
  },
  python: { label: 'joblib.dump, joblib.load', function: 'dump_load' },
};

export const memoryHit: StageCase = {
  kind: 'stage',
  name: 'memory-hit',
  title: 'A cached call whose argument and result are a table of 100 MB',
  keys: ['key'],
  data: hundredMegabytes,
  stages: {
    'Memory, a hit': async (table) => {
      const memory = new Memory({ location: scratch() });
      const cached = memory.cache((whole: Table) => whole);
      await cached(table);
      return { run: () => cached(table), columns: (result) => arrowColumns(result as Table) };
    },
  },
  python: { label: 'joblib.Memory, a hit', function: 'memory_hit' },
};
