import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { gzipSync } from 'node:zlib';
import { type CsvOptions, scan } from 'apply-parallel';

let folder: string;
let count = 0;
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'scan-csv-'));
});
after(() => rm(folder, { recursive: true, force: true }));

async function write(content: string | Uint8Array, suffix = '.csv'): Promise<string> {
  const path = join(folder, `${count++}${suffix}`);
  await writeFile(path, content);
  return path;
}

/** Reads a text: the types of the columns, and the rows. */
async function read(content: string | Uint8Array, csv: CsvOptions = {}, suffix?: string) {
  const table = await (await scan(await write(content, suffix), { csv })).read();
  const names = table.schema.fields.map(({ name }) => name);
  return {
    types: Object.fromEntries(table.schema.fields.map(({ name, type }) => [name, String(type)])),
    rows: table.toArray().map((row) => names.map((name) => row?.[name])),
  };
}

const failure = (content: string | Uint8Array, csv?: CsvOptions): Promise<string> =>
  read(content, csv).then(
    () => 'read',
    ({ code, message }: { code: string; message: string }) => {
      assert.equal(code, 'ERR_BAD_FILE');
      return message.replace(/^.*cannot be read: /, '');
    },
  );

describe('the types of CSV columns', () => {
  it('are those that hold all values', async () => {
    const text = [
      'i,big,x,b,zip,mixed,none,long',
      '1,9007199254740993,0.5,true,00123,1,,99999999999999999999',
      '-2,-5,1e-3,FALSE,10115,a,,1',
      ',,,,,,,',
    ].join('\n');
    const { types, rows } = await read(text);
    assert.deepEqual(types, {
      i: 'Int32',
      big: 'Int64',
      x: 'Float64',
      b: 'Bool',
      zip: 'Utf8',
      mixed: 'Utf8',
      none: 'Utf8',
      long: 'Utf8',
    });
    assert.deepEqual(rows, [
      [1, 9007199254740993n, 0.5, true, '00123', '1', null, '99999999999999999999'],
      [-2, -5n, 0.001, false, '10115', 'a', null, '1'],
      [null, null, null, null, null, null, null, null],
    ]);
  });

  it('are dates and times for ISO texts and given formats', async () => {
    const text = [
      'day,at,micro,zoned,german,leap',
      '2024-01-31,2024-01-31 10:00,2024-01-31T10:00:00.000001,2024-01-31T10:00:00Z,31.12.2024,2024-02-29',
      '1969-12-31,1969-12-31 23:59:59.5,2024-01-31T10:00:00,2024-01-31T10:00:00+02:00,1.2.2025,2024-02-30',
    ].join('\n');
    const { types, rows } = await read(text, { dateFormats: ['%d.%m.%Y'] });
    assert.deepEqual(types, {
      day: 'Date32<DAY>',
      at: 'Timestamp<MILLISECOND>',
      micro: 'Timestamp<MICROSECOND>',
      zoned: 'Timestamp<MILLISECOND, UTC>',
      german: 'Date32<DAY>',
      leap: 'Utf8',
    });
    assert.deepEqual(rows[1].slice(0, 5), [
      -86_400_000,
      -500,
      Date.UTC(2024, 0, 31, 10),
      Date.UTC(2024, 0, 31, 8),
      Date.UTC(2025, 1, 1),
    ]);
    assert.equal(rows[0][2], Date.UTC(2024, 0, 31, 10) + 0.001);
  });

  it('are those that the caller gives', async () => {
    const { types, rows } = await read('zip,x,n\n00123,1,5\n', {
      types: { zip: 'int32', x: 'float64', n: 'text' },
    });
    assert.deepEqual(types, { zip: 'Int32', x: 'Float64', n: 'Utf8' });
    assert.deepEqual(rows, [[123, 1, '5']]);
    await assert.rejects(read('price\n1\n', { types: { prize: 'text' } }), {
      code: 'ERR_UNKNOWN_COLUMN',
      message: /did you mean 'price'/,
    });
  });

  it('are told by samples of the whole file', async () => {
    const lines = Array.from({ length: 300_000 }, (_, k) => `${k},${k}`);
    lines[299_999] = '5000000000,0.25';
    const { types, rows } = await read(`a,b\n${lines.join('\n')}\n`);
    assert.deepEqual(types, { a: 'Int64', b: 'Float64' });
    assert.deepEqual(rows.at(-1), [5_000_000_000n, 0.25]);
  });
});

describe('floats of CSV files', () => {
  it('are exactly what Number reads', async () => {
    const texts = Array.from({ length: 20_000 }, (_, k) => {
      const value = (Math.random() - 0.5) * 10 ** ((k % 40) - 20);
      return k % 3 === 0 ? value.toFixed(k % 18) : String(value);
    });
    texts.push(
      '0',
      '-0',
      '5.',
      '.5',
      '123456789012345678.9',
      '1.7976931348623157e308',
      '4.9e-324',
      '0.1234567890123456789',
    );
    const { rows } = await read(`x\n${texts.join('\n')}\n`);
    rows.forEach(([value], k) => {
      assert.ok(Object.is(value, Number(texts[k])), `${texts[k]} is read as ${value}`);
    });
  });
});

describe('quotes of CSV files', () => {
  it('hold delimiters, line breaks and doubled quotes, and keep an empty text from being null', async () => {
    const { rows } = await read('a,b\r\n"x,y","1\r\n2"\r\n"say ""hi""",""\r\n5" pipe,\r\n');
    assert.deepEqual(rows, [
      ['x,y', '1\r\n2'],
      ['say "hi"', ''],
      ['5" pipe', null],
    ]);
  });

  it('are the character that is told, or none', async () => {
    assert.deepEqual((await read("a,b\n'x,y',2\n", { quote: "'" })).rows, [['x,y', 2]]);
    assert.deepEqual((await read('a,b\n"x,y"\n', { quote: null })).rows, [['"x', 'y"']]);
  });

  it('do not mislead the division of a large file in ranges', async () => {
    const count = 150_000;
    const cell = (k: number) =>
      ['line\nbreak', 'a,b', 'say "hi"', '"', '\n\n', '"\n,"'][k % 6].repeat((k % 5) + 1);
    const lines = Array.from({ length: count }, (_, k) => {
      return `${k},"${cell(k).replaceAll('"', '""')}",${k % 3 === 0 ? '5" pipe' : 'plain text that fills the line a little'}`;
    });
    const path = await write(`id,text,note\n${lines.join('\n')}\n`);
    const table = await (await scan(path)).read();
    assert.ok(table.batches.length > 1, 'the file has several parts');
    assert.deepEqual(
      Array.from(table.getChild('id') ?? []),
      Array.from({ length: count }, (_, k) => k),
    );
    assert.deepEqual(
      Array.from(table.getChild('text') ?? []),
      Array.from({ length: count }, (_, k) => cell(k)),
    );
  });
});

describe('the forms of CSV files', () => {
  const rows = [
    [1, 'é'],
    [2, null],
  ];

  it('are read with any line break, byte-order mark and encoding, and compressed', async () => {
    const text = 'a,b\n1,é\n2,\n';
    const forms: [content: string | Uint8Array, csv?: CsvOptions, suffix?: string][] = [
      [text],
      [text.trimEnd()],
      [text.replaceAll('\n', '\r\n')],
      [text.replaceAll('\n', '\r')],
      [text.replaceAll('\n', '\n\n')],
      [`\ufeff${text}`],
      [Buffer.from(`\ufeff${text}`, 'utf16le')],
      [Buffer.from(`\ufeff${text}`, 'utf16le').swap16()],
      [Buffer.from(text, 'utf16le'), { encoding: 'utf-16le' }],
      [Buffer.from(text, 'latin1'), { encoding: 'latin1' }],
      [gzipSync(text), {}, '.csv.gz'],
      [gzipSync(Buffer.from(text, 'latin1')), { encoding: 'latin1' }, '.csv.gz'],
      [text.replaceAll(',', '\t'), {}, '.tsv'],
      [text.replaceAll(',', '|'), { delimiter: '|' }],
      [text.replace('a,b\n', ''), { header: ['a', 'b'] }],
    ];
    for (const [content, csv, suffix] of forms) {
      assert.deepEqual(
        await read(content, csv, suffix),
        { types: { a: 'Int32', b: 'Utf8' }, rows },
        String(content),
      );
    }
  });

  it('have decimal commas and texts for null', async () => {
    const text = 'x;y\n1,5;NA\n"2,25";"NA"\n-;b\n';
    assert.deepEqual(await read(text, { delimiter: ';', decimal: ',', nullValues: ['NA', '-'] }), {
      types: { x: 'Float64', y: 'Utf8' },
      rows: [
        [1.5, null],
        [2.25, 'NA'],
        [null, 'b'],
      ],
    });
  });

  it('have columns without names, or of one name', async () => {
    const { types } = await read('a,a,,a\n1,2,3,4\n');
    assert.deepEqual(Object.keys(types), ['a', 'a.1', 'column3', 'a.2']);
    assert.deepEqual(Object.keys((await read('1,2\n', { header: false })).types), ['column1', 'column2']);
  });

  it('have no rows, or no last line break', async () => {
    assert.deepEqual(await read('a,b\n'), { types: { a: 'Utf8', b: 'Utf8' }, rows: [] });
    assert.deepEqual(await read('a,b'), { types: { a: 'Utf8', b: 'Utf8' }, rows: [] });
  });
});

describe('bad lines of CSV files', () => {
  const advice = "onBadLine: 'skip' leaves such lines out";

  it('leave nothing behind for the next line', async () => {
    const { rows } = await read('a,b\n"x",y,z\n,1\n', { onBadLine: 'skip', types: { a: 'text' } });
    assert.deepEqual(rows, [[null, 1]]);
  });

  it('are named with their line', async () => {
    assert.equal(
      await failure('a,b\n1,2\n\n3\n'),
      `line 4: it has 1 value, and there are 2 columns; ${advice}`,
    );
    assert.equal(
      await failure('a,b\n"1\n",2\n3,4,5\n'),
      `line 4: it has 3 values, and there are 2 columns; ${advice}`,
    );
    assert.equal(
      await failure('a,b\n3,"4\n'),
      'line 2: a quote is not closed, or text follows a closing quote',
    );
    assert.equal(
      await failure('a,b\n1,2\n"3"x,4\n'),
      'line 3: a quote is not closed, or text follows a closing quote',
    );
    assert.equal(await failure(''), 'it is empty');
    assert.match(
      await failure(Buffer.from('a,b\n1,caf\xe9\n', 'latin1')),
      /^line 2: it is not UTF-8; say csv/,
    );
    assert.match(
      await failure('a\n1\n2.5\n', { types: { a: 'int32' } }),
      /^line 3: column 'a' is int32 .*'2\.5' is not/,
    );
    assert.match(await failure(gzipSync('a\n1\n').subarray(0, 20)), /gzip/);
  });

  it('are found in any part of a large file', async () => {
    const lines = Array.from({ length: 800_000 }, (_, k) => `${k},text`);
    lines[700_000] = 'seven,text';
    const content = `a,b\n${lines.join('\n')}\n`;
    assert.match(await failure(content, { types: { a: 'int32' } }), /^line 700002: column 'a' is int32/);
    const dataset = await scan(await write(content), { csv: { types: { a: 'int32' }, onBadLine: 'skip' } });
    assert.equal((await dataset.read()).numRows, 799_999);
    assert.equal(dataset.skippedLines, 1);
  });

  it('are left out and counted', async () => {
    const path = await write('a,b\n1,2\n3\nx,4\n5,6\n"7"8,9\n');
    const dataset = await scan(path, { csv: { onBadLine: 'skip', types: { a: 'int32' } } });
    const table = await dataset.read();
    assert.deepEqual(Array.from(table.getChild('a') ?? []), [1, 5]);
    assert.deepEqual(Array.from(table.getChild('b') ?? []), [2, 6]);
    assert.equal(dataset.skippedLines, 3);
  });

  it('are the same for columns that are tested and the others', async () => {
    const path = await write('a,b\n1,10\n2,x\n2,20\ny,20\n2,30\n');
    const csv = { onBadLine: 'skip', types: { a: 'int32', b: 'int32' } } as const;
    for (const where of [{ a: 2 }, { b: { gt: 10 } }] as { [column: string]: 2 | { gt: 10 } }[]) {
      const dataset = await scan(path, { csv, where });
      const table = await dataset.read();
      assert.deepEqual(Array.from(table.getChild('a') ?? []), [2, 2]);
      assert.deepEqual(Array.from(table.getChild('b') ?? []), [20, 30]);
      assert.equal(dataset.skippedLines, 2);
    }
    // A column that is not read leaves nothing out.
    const selected = (await scan(path, { csv })).select(['a']);
    assert.deepEqual(Array.from((await selected.read()).getChild('a') ?? []), [1, 2, 2, 2]);
  });
});

describe('options of CSV files', () => {
  it('are checked', async () => {
    const path = await write('a\n1\n');
    const wrong: [csv: object, message: RegExp][] = [
      [{ delimiter: ';;' }, /csv: delimiter must be one ASCII character, got ';;'/],
      [{ dateFormats: ['%d.%B.%Y'] }, /csv: dateFormats must be an array of formats/],
      [{ encoding: 'klingon' }, /csv: encoding must be the name of an encoding/],
      [{ types: { a: 'number' } }, /csv: types must be an object of columns and their types/],
      [{ seperator: ';' }, /csv has no option 'seperator'/],
      [{ parse_dates: ['day'] }, /'parse_dates'; dates and times are told from the values; dateFormats: /],
      [{ sep: ';' }, /csv has no option 'sep'; did you mean 'delimiter'\?/],
      [{ delimiter: ',', decimal: ',' }, /csv\.delimiter and csv\.decimal are both ','/],
    ];
    for (const [csv, message] of wrong) {
      await assert.rejects(scan(path, { csv }), { code: 'ERR_INVALID_OPTION', message });
    }
  });

  it('go with columns and where', async () => {
    const path = await write('a,b,c\n1,x,0.5\n2,y,1.5\n3,x,2.5\n');
    const table = await (await scan(path, { columns: ['c'], where: { b: 'x', a: { gt: 1 } } })).read();
    assert.deepEqual(table.toArray().map(String), ['{"c": 2.5}']);
  });
});
