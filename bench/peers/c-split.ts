/** The split in C (split.c): asked line by line, it answers with the milliseconds it took. */
import { spawn } from 'node:child_process';
import { existsSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { type Data, type Table, Type } from 'apache-arrow';
import { asBytes, copyTableToShared } from '#dist/arrow/index.js';
import { Missing } from '../missing.js';
import type { Prepared } from '../types.js';

const program = fileURLToPath(new URL('../.c/split', import.meta.url));

/** @param memory where each split writes: memory that the system gives it, or that of the split before */
export async function splitInC(table: Table, memory: 'fresh' | 'again'): Promise<Prepared> {
  if (!existsSync(program)) throw new Missing('the C program (npm run bench:setup, with a C compiler)');
  const folder = mkdtempSync(join(tmpdir(), 'apply-parallel-c-'));
  process.on('exit', () => rmSync(folder, { recursive: true, force: true }));
  const file = join(folder, 'columns');
  writeColumns(table, file);
  const child = spawn(program, [file], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout)[Symbol.asyncIterator]();
  let took = 0;
  return {
    async run() {
      child.stdin.write(`${memory}\n`);
      const { value, done } = await lines.next();
      if (done) throw new Error(`the C program ended with code ${child.exitCode}`);
      took = Number(value);
    },
    took: () => took,
    columns: () => ({ rows: [table.numRows] }),
  };
}

/**
 * Writes rows and columns; for each column the bytes of its text, or -1, and its buffers. All integers have
 * 64 bits.
 */
function writeColumns(table: Table, path: string): void {
  const file = openSync(path, 'w');
  const integers = (...values: number[]) => write(file, BigInt64Array.from(values, BigInt));
  integers(table.numRows, table.numCols);
  for (const column of copyTableToShared(table).columns) {
    if (!isText(column)) {
      integers(-1);
      write(file, column.values);
      continue;
    }
    integers(column.values.byteLength);
    write(file, BigInt64Array.from(column.valueOffsets as Iterable<number | bigint>, BigInt));
    write(file, column.values);
  }
}

function isText({ type, nullCount }: Data): boolean {
  if (nullCount > 0) throw new Error('the C program knows no nulls');
  if (type.typeId === Type.Utf8 || type.typeId === Type.LargeUtf8) return true;
  if (type.ArrayType.BYTES_PER_ELEMENT !== 8) throw new Error(`the C program knows no ${type}`);
  return false;
}

function write(file: number, view: ArrayBufferView): void {
  const bytes = asBytes(view);
  for (let at = 0; at < bytes.length; )
    at += writeSync(file, bytes, at, Math.min(1 << 26, bytes.length - at));
}
