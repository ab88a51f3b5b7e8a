import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { formatOfPaths } from '#dist/cluster/read-format.js';

const formatOf = (path: string) => formatOfPaths([path], {}).format;

describe('the format of files that are read on a cluster', () => {
  it('is that in which their names end', () => {
    for (const [path, format] of [
      ['/data/a.parquet', 'parquet'],
      ['/data/a.snappy.parquet', 'parquet'],
      ['s3a://bucket/a/*.PQ', 'parquet'],
      ['/data/*.csv', 'csv'],
      ['/data/*.csv.gz', 'csv'],
      ['/data/*.csv*', 'csv'],
      ['/data/{a,b}.csv', 'csv'],
      ['/data/*.{csv,csv.gz}', 'csv'],
      ['/data/out.csv/', 'csv'],
      ['C:\\data\\a.csv', 'csv'],
      ['/data/a.tsv', 'csv'],
      ['/data/a.json', 'json'],
      ['/data/a.jsonl', 'json'],
      ['/data/a.ndjson.bz2', 'json'],
      ['/data/a.orc', 'orc'],
      ['/data/a.avro', 'avro'],
    ]) {
      assert.equal(formatOf(path), format, path);
    }
  });

  it("is the cluster's own for folders, and where a name tells nothing", () => {
    for (const path of [
      '/data',
      '/data/',
      '/',
      '/data/*',
      '/data.csv/part-*',
      '/data/v1.2',
      '/hive/sales.db',
    ]) {
      assert.equal(formatOf(path), undefined, path);
    }
  });

  it('reads CSV as scan does, unless an option says otherwise', () => {
    assert.deepEqual(formatOfPaths(['a.csv'], {}).options, { header: 'true', inferSchema: 'true' });
    assert.deepEqual(formatOfPaths(['a.tsv'], { Header: false, sep: '|' }).options, {
      inferSchema: 'true',
      Header: 'false',
      sep: '|',
    });
    assert.deepEqual(formatOfPaths(['a.parquet'], { mergeSchema: true }).options, { mergeSchema: 'true' });
  });

  it('is asked for where names end in others, or in several', () => {
    for (const paths of [
      ['a.xlsx'],
      ['a.arrow'],
      ['a.txt.gz'],
      ['a.csv', 'a.tsv'],
      ['a', 'a.csv'],
      ['*.{csv,orc}'],
    ]) {
      assert.throws(() => formatOfPaths(paths, {}), {
        code: 'ERR_INVALID_OPTION',
        message:
          /^cluster\.read: .*'a'?.*say the format, .*'parquet', 'csv', 'json', 'orc'|'\*\.\{csv,orc\}' stands for/,
      });
    }
  });
});
