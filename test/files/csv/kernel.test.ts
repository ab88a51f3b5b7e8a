import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { TimeUnit, Vector } from 'apache-arrow';
import fc from 'fast-check';
import { BlockReader } from '#dist/files/csv/block-reader.js';
import type { ColumnType } from '#dist/files/csv/column-type.js';
import { TypeGuess } from '#dist/files/csv/column-type.js';
import { CsvKernel, csvKernel } from '#dist/files/csv/kernel.js';
import { resolveDialect } from '#dist/files/csv/options.js';
import { LineError, parseLines } from '#dist/files/csv/parse-lines.js';

const kinds: ColumnType['kind'][] = ['int32', 'int64', 'float64', 'boolean', 'date', 'timestamp', 'text'];

const typeOf = (kind: ColumnType['kind'], unit: TimeUnit, hasZone: boolean): ColumnType => ({
  kind,
  unit,
  hasZone,
  format: undefined,
  isDeclared: false,
});

const digits = (max: number) => fc.stringMatching(new RegExp(`^[0-9]{1,${max}}$`));
const day = fc.stringMatching(/^(19|20)\d\d-(0\d|1[0-3])-([0-2]\d|3[01])$/);
const clock = fc.stringMatching(/^[ T][012]\d:[0-6]\d(:[0-6]\d(\.\d{1,9})?)?Z?$/);
const value = fc.oneof(
  fc.constantFrom('', '', '0', '-0', '-', '.', '-.5', '5.', '1e5', 'nan', '-inf', '007', ' 7', '2147483648'),
  fc.constantFrom('-2147483648', '9223372036854775807', '-9223372036854775808', '0.1', '9007199254740993'),
  fc.constantFrom('true', 'FALSE', '2024-02-29', '2023-02-29', '2024-12-31T23:59', 'a"b', 'é€😀'),
  fc.integer().map(String),
  fc.double().map(String),
  digits(20),
  fc.tuple(digits(19), digits(24)).map(([whole, fraction]) => `-${whole}.${fraction}`),
  fc.tuple(digits(3), digits(17)).map(([whole, fraction]) => `${whole}.${fraction}`),
  day,
  fc.tuple(day, clock).map(([date, time]) => date + time),
  fc.string({ maxLength: 40 }).map((text) => text.replace(/[",\r\n]/g, '')),
  fc.string({ maxLength: 20 }).map((text) => `"${text.replaceAll('"', '""')}"`),
  fc.constantFrom('""', '"a,b"', '"a\nb"', '"a\r\nb"', '"a""b"', '"open', '"x"y'),
);
const line = fc.array(value, { minLength: 1, maxLength: 4 }).map((values) => values.join(','));
const text = fc
  .array(fc.tuple(line, fc.constantFrom('\n', '\n', '\r\n', '\r', '\n\n')), { maxLength: 60 })
  .map((lines) => lines.map((parts) => parts.join('')).join(''));

function withKernel<T>(isOn: boolean, read: () => T): T {
  csvKernel.isOn = isOn;
  try {
    return read();
  } finally {
    csvKernel.isOn = true;
  }
}

describe('the kernel of CSV', () => {
  it('is there', () => {
    assert.notEqual(CsvKernel.ofThread(3), undefined);
  });

  it('reads what the loops in JavaScript read', () => {
    const options = fc.record({
      text,
      unit: fc.constantFrom(TimeUnit.MILLISECOND, TimeUnit.MICROSECOND, TimeUnit.NANOSECOND),
      hasZone: fc.boolean(),
      kinds: fc.tuple(...[0, 1, 2].map(() => fc.constantFrom(...kinds))),
      nullValues: fc.constantFrom([], ['NA'], ['0', 'a']),
      decimal: fc.constantFrom('.' as const, '.' as const, ',' as const),
      onBadLine: fc.constantFrom('skip' as const, 'skip' as const, 'throw' as const),
    });
    fc.assert(
      fc.property(options, (given) => {
        const { nullValues, decimal, onBadLine } = given;
        const delimiter = decimal === ',' ? ';' : ',';
        const lines =
          delimiter === ',' ? given.text : given.text.replace(/[,;]/g, (c) => (c === ',' ? ';' : ','));
        const dialect = resolveDialect({ nullValues, decimal, onBadLine, delimiter }, 'x.csv');
        const wanted = given.kinds.map((kind, position) => {
          return { position, name: `c${position}`, type: typeOf(kind, given.unit, given.hasZone) };
        });
        const read = () => {
          try {
            const { columns, numRows, skipped } = parseLines(Buffer.from(lines), 3, wanted, dialect);
            return { numRows, skipped, columns: columns.map((data) => [...new Vector([data])]) };
          } catch (error) {
            if (error instanceof LineError) return error.fault;
            throw error;
          }
        };
        assert.deepEqual(withKernel(true, read), withKernel(false, read));
      }),
      { numRuns: 3000 },
    );
  });

  it('tells the types that the loops in JavaScript tell', () => {
    fc.assert(
      fc.property(fc.array(value, { maxLength: 30 }), fc.constantFrom(46, 44), (values, decimal) => {
        const dialect = { ...resolveDialect({ delimiter: ';' }, 'x.csv'), decimal };
        const bytes = Buffer.from(values.map((each) => `${each.replace(/[;"\r\n]/g, '')};x\n`).join(''));
        const guess = (isOn: boolean) =>
          withKernel(isOn, () => {
            const found = new TypeGuess(dialect);
            const reader = new BlockReader(bytes, 0, 2, dialect);
            for (let block = reader.next(() => {}); block; block = reader.next(() => {})) {
              found.addColumn(block, 0, undefined);
            }
            return found.take();
          });
        assert.deepEqual(guess(true), guess(false));
      }),
      { numRuns: 2000 },
    );
  });

  it('forgets the quotes of a text that it could not read', () => {
    const dialect = resolveDialect({}, 'x.csv');
    const wanted = [0, 1].map((position) => ({ position, name: 'x', type: typeOf('text', 0, false) }));
    const read = (text: string) => parseLines(Buffer.from(text), 2, wanted, dialect).columns;
    assert.throws(() => read('"a","b"\n"c","d"\n1,2,3\n'), LineError);
    const found = read(',1\n,2\n3,\n').map((data) => [...new Vector([data])]);
    assert.deepEqual(found, [
      [null, null, '3'],
      ['1', '2', null],
    ]);
  });

  it('reads lines that are longer than its memory', () => {
    const long = 'x'.repeat(300_000);
    const dialect = resolveDialect({}, 'x.csv');
    const wanted = [
      { position: 0, name: 'a', type: typeOf('int32', 0, false) },
      { position: 1, name: 'b', type: typeOf('text', 0, false) },
    ];
    const bytes = Buffer.from(`1,a\n2,"${long}"\n3,${long}\n4,b`);
    const { columns, numRows } = parseLines(bytes, 2, wanted, dialect);
    assert.equal(numRows, 4);
    assert.deepEqual([...new Vector([columns[0]])], [1, 2, 3, 4]);
    assert.deepEqual([...new Vector([columns[1]])], ['a', long, long, 'b']);
  });

  it('reads blocks that end anywhere in a line', () => {
    const dialect = resolveDialect({}, 'x.csv');
    const wanted = [
      { position: 0, name: 'a', type: typeOf('float64', 0, false) },
      { position: 1, name: 'b', type: typeOf('text', 0, false) },
    ];
    const rows = Array.from({ length: 40_000 }, (_, k) => [k / 7, `"${'q\n""'.repeat(k % 5)}"`] as const);
    const bytes = Buffer.from(rows.map((row) => row.join(',')).join('\r\n'));
    const { columns, numRows } = parseLines(bytes, 2, wanted, dialect);
    assert.equal(numRows, rows.length);
    assert.deepEqual(
      [...new Vector([columns[0]])],
      rows.map(([x]) => x),
    );
    assert.deepEqual(
      [...new Vector([columns[1]])],
      rows.map(([, quoted]) => quoted.slice(1, -1).replaceAll('""', '"')),
    );
  });
});
