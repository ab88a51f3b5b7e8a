// slow: npm run test:fast leaves this file out
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { inspect } from 'node:util';
import { gzipSync } from 'node:zlib';
import {
  DateDay,
  Dictionary,
  Float16,
  Int16,
  Int32,
  Table,
  Timestamp,
  TimeUnit,
  tableFromIPC,
  Uint64,
  Utf8,
  vectorFromArray,
} from 'apache-arrow';
import { type SparkError, spark } from 'apply-parallel/spark';
import type { Cluster } from '#dist/cluster/index.js';
import { openCluster } from '#dist/cluster/open-cluster.js';
import type { RunProgress } from '#dist/cluster/progress.js';
import { type Relation, sql } from '#dist/cluster/relations.js';
import type { RunOptions } from '#dist/cluster/run.js';
import { within } from '../../support/within.js';
import { sessionOf } from '../support/session-of.js';
import { noSpark, type SparkServer, startSpark } from './support/spark-server.js';

const TOKEN = 'correct-horse-battery';
/** Takes minutes. */
const ENDLESS = 'select count(*) from range(1000000000000) where id % 3 = hash(id)';

describe('a real server', { skip: noSpark, timeout: 600_000 }, () => {
  let server: SparkServer;
  let cluster: Cluster;
  before(async () => {
    server = await startSpark({
      conf: {
        'spark.connect.authenticate.token': TOKEN,
        // Streams end often, so that runs reattach.
        'spark.connect.execute.reattachable.senderMaxStreamDuration': '1s',
      },
    });
    cluster = await openCluster(server.url, { token: TOKEN });
  });
  after(async () => {
    await cluster?.close();
    await server?.stop();
  });

  async function collect(relation: Relation | string, options?: RunOptions): Promise<Table> {
    const batches: Table[] = [];
    const plan = typeof relation === 'string' ? sql(relation) : relation;
    for await (const bytes of sessionOf(cluster).execute(plan, options)) batches.push(tableFromIPC(bytes));
    return batches[0].concat(...batches.slice(1));
  }

  /** Waits until both slots of the server are free: a run of two tasks at once would not end before. */
  const untilIdle = () =>
    within(120_000, 'both slots of the server', collect('select count(*) from range(0, 100, 1, 2)'));

  it('tells its version', () => assert.match(cluster.version, /^4\.\d+\.\d+/));

  it('refuses a wrong token, and no token, without a word of it', async () => {
    const wrong = spark(server.url, { token: 'wrong-horse-battery' });
    await assert.rejects(wrong, (error: Error & { code: string }) => {
      assert.equal(error.code, 'ERR_CLUSTER');
      assert.match(error.message, /refuses the token/);
      assert.doesNotMatch(`${error.stack} ${JSON.stringify(error.cause)}`, /wrong-horse/);
      return true;
    });
    await assert.rejects(spark(server.url), { code: 'ERR_CLUSTER', message: /asks for a token/ });
  });

  it('gives the schema of queries in Arrow types, the same that the rows have', async () => {
    const query = `select cast(1 as tinyint) a, 2S b, 3 c, 4L d, cast(5 as float) e, 6D f, 'x' g, true h, x'00' i,
      date'2024-01-01' j, timestamp'2024-01-01' k, timestamp_ntz'2024-01-01' l, cast(1 as decimal(20, 3)) m,
      array(1) n, map('a', 1) o, named_struct('p', 1, 'q', array('r')) p, interval 1 day q, null r`;
    const schema = await cluster.sql(query).schema();
    await sessionOf(cluster).setConfig({ 'spark.sql.session.timeZone': 'UTC' });
    const rows = await collect(query);
    assert.deepEqual(
      schema.fields.map(({ name, type }) => `${name}: ${type}`),
      rows.schema.fields.map(({ name, type }) => `${name}: ${type}`),
    );
  });

  it('names the column of a type without a counterpart', async () => {
    await assert.rejects(cluster.sql("select 1 as a, interval '1' year as b").schema(), {
      code: 'ERR_UNSUPPORTED',
      message: /'b'.*interval year to month/,
    });
  });

  it('fails with the error of Spark in one line', async () => {
    const cases: [() => Promise<unknown>, string][] = [
      [() => cluster.table('nowhere').schema(), 'TABLE_OR_VIEW_NOT_FOUND'],
      [() => cluster.read('/nowhere/*.parquet').schema(), 'PATH_NOT_FOUND'],
      [() => cluster.sql('selec 1').schema(), 'PARSE_SYNTAX_ERROR'],
      [() => cluster.sql('select y from range(3)').schema(), 'UNRESOLVED_COLUMN.WITH_SUGGESTION'],
      [() => collect('select 1 / (id - 1) from range(3)'), 'DIVIDE_BY_ZERO'],
      [() => collect("select raise_error('boom') from range(3)"), 'USER_RAISED_EXCEPTION'],
    ];
    for (const [run, errorClass] of cases) {
      await assert.rejects(run(), (error: Error & { code: string; cause: SparkError }) => {
        assert.equal(error.code, 'ERR_CLUSTER');
        assert.ok(error.message.startsWith(`Spark fails with [${errorClass}]`), error.message);
        assert.doesNotMatch(error.message, /\n|\tat |org\.apache/);
        assert.equal(error.cause.errorClass, errorClass);
        assert.match(error.cause.sqlState ?? '', /^\w{5}$/);
        return true;
      });
    }
  });

  it('reads files in the format in which their names end', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'apply-parallel-read-'));
    try {
      const files = {
        'a.csv': 'k,x\na,1\nb,2.5\n',
        'b.tsv': 'k\tx\na\t1.5\n',
        'c.jsonl': '{"k":"a","x":1.5}\n',
        'd.csv.gz': gzipSync('k,x\na,1.5\n'),
        'e.csv/part-0': 'k,x\na,1.5\n',
        'f/part-0': 'k,x\na,1.5\n',
      };
      for (const [name, content] of Object.entries(files)) {
        mkdirSync(dirname(join(folder, name)), { recursive: true });
        writeFileSync(join(folder, name), content);
      }
      for (const name of ['a.csv', '*.csv', 'b.tsv', 'c.jsonl', 'd.csv.gz', '*.csv*', 'e.csv', 'e.csv/']) {
        const frame = cluster.read(join(folder, name));
        assert.equal(String(await frame.schema()), 'Schema<{ 0: k: Utf8, 1: x: Float64 }>', name);
        assert.match(inspect(frame), /columns: \[ 'k', 'x' \]/);
      }
      await assert.rejects(cluster.read(join(folder, 'f')).schema(), {
        code: 'ERR_CLUSTER',
        message: /CANNOT_READ_FILE_FOOTER\].*part-0.*of another format .*say the format.*'csv', 'json'/,
      });
    } finally {
      rmSync(folder, { recursive: true });
    }
  });

  it('runs on over the ends of its streams, and reports tasks', async () => {
    const totals: number[] = [];
    const out = await collect('select sum(hash(id)) as x from range(0, 400000000, 1, 4)', {
      onProgress: ({ tasks }) => totals.push(tasks.total),
    });
    assert.equal(out.numRows, 1);
    assert.ok(Math.max(...totals) >= 4);
  });

  it('streams a result without losing a row', async () => {
    let rows = 0;
    let sum = 0n;
    for await (const bytes of sessionOf(cluster).execute(sql('select id from range(3000000)'))) {
      const ids = (tableFromIPC(bytes) as Table).getChildAt(0)?.toArray() as BigInt64Array;
      rows += ids.length;
      for (const id of ids) sum += id;
    }
    assert.deepEqual([rows, sum], [3_000_000, (3_000_000n * 2_999_999n) / 2n]);
  });

  it('ends a run at an abort, at any moment', async () => {
    for (const delay of [0, 3, 30, 300, 1500]) {
      const running = collect(ENDLESS, { signal: AbortSignal.timeout(delay) });
      await assert.rejects(running, { code: 'ERR_ABORTED' });
    }
    await untilIdle();
  });

  it('ends a run that nobody wants more of', async () => {
    const query = `select id from range(1000000) union all (${ENDLESS})`;
    const batches = sessionOf(cluster).execute(sql(query));
    const first = batches.next();
    await sleep(300);
    await batches.return();
    await first;
    await untilIdle();
  });

  it('takes a table of every type as it is stored, small and large', async () => {
    for (const length of [0, 3, 60_000]) {
      const from = <T>(make: (i: number) => T) =>
        Array.from({ length }, (_, i) => (i % 5 === 4 ? null : make(i)));
      const table = new Table({
        unsigned: vectorFromArray(
          from((i) => 2n ** 64n - 1n - BigInt(i)),
          new Uint64(),
        ),
        half: vectorFromArray(
          from((i) => i % 100),
          new Float16(),
        ),
        date: vectorFromArray(
          from((i) => new Date(i * 86_400_000)),
          new DateDay(),
        ),
        time: vectorFromArray(
          from((i) => i * 1000),
          new Timestamp(TimeUnit.SECOND, 'Europe/Berlin'),
        ),
        word: vectorFromArray(
          from((i) => `word ${i % 7}`),
          new Dictionary(new Utf8(), new Int32()),
        ),
        small: vectorFromArray(
          from((i) => i % 1000),
          new Int16(),
        ),
      });
      const relation = await sessionOf(cluster).uploadTable(table);
      const back = await collect(relation);
      assert.equal(back.numRows, length);
      for (const row of [0, 1, 3, 4, length - 1].filter((row) => row >= 0 && row < length)) {
        assert.equal(back.getChild('word')?.get(row), table.getChild('word')?.get(row));
        assert.equal(back.getChild('small')?.get(row), table.getChild('small')?.get(row));
        const unsigned = back.getChild('unsigned')?.get(row);
        assert.equal(
          unsigned === null ? null : BigInt.asUintN(64, unsigned),
          table.getChild('unsigned')?.get(row),
        );
      }
    }
  });

  it('keeps an artifact that it has, and takes those of many pieces', async () => {
    const bytes = new Uint8Array(3_000_001).fill(7);
    const session = sessionOf(cluster);
    await session.addArtifacts([
      { name: 'files/a.bin', bytes },
      { name: 'files/empty', bytes: new Uint8Array() },
    ]);
    await session.addArtifacts([{ name: 'files/a.bin', bytes }]);
  });

  it('runs two calls on one session at a time', async () => {
    const [one, two] = await Promise.all([collect('select 1 as x'), collect('select 2 as x')]);
    assert.deepEqual([one.get(0)?.x, two.get(0)?.x], [1, 2]);
  });
});

describe('a server that dies', { skip: noSpark, timeout: 600_000 }, () => {
  it('in the middle of a run is ERR_CLUSTER', async () => {
    await using server = await startSpark();
    const cluster = await openCluster(server.url);
    const running = (async () => {
      for await (const _ of sessionOf(cluster).execute(sql(ENDLESS)));
    })();
    const failing = assert.rejects(running, {
      code: 'ERR_CLUSTER',
      message: /cannot reach .*nothing listens/,
    });
    await sleep(1500);
    process.kill(-server.pid, 'SIGKILL');
    await failing;
    await cluster.close();
  });

  it('or stops without a word, as without memory, is ERR_CLUSTER for all that wait', async () => {
    await using server = await startSpark();
    // The first answers of a server take long.
    await (await openCluster(server.url)).close();
    const answerTimeout = 8000;
    const cluster = await openCluster(server.url, { answerTimeout });
    const session = sessionOf(cluster);
    let hasBegun = false;
    const onProgress = ({ tasks }: RunProgress) => {
      hasBegun ||= tasks.total > 0;
    };
    const running = (async () => {
      for await (const _ of session.execute(sql(ENDLESS), { onProgress }));
    })();
    // Prevents an unhandled rejection; awaited below.
    running.catch(() => {});
    for (let wait = 0; !hasBegun; wait++) {
      assert.ok(wait < 1200, 'Spark has told of no task for two minutes');
      await sleep(100);
    }
    process.kill(-server.pid, 'SIGSTOP');
    const waiting = [
      running,
      cluster.sql('select 1 as x').schema(),
      session.addArtifacts([{ name: 'files/x', bytes: new Uint8Array(5_000_000) }]),
      spark(server.url, { answerTimeout }),
    ];
    const results = await within(240_000, 'the errors', Promise.allSettled(waiting));
    const told = results.map((result) => (result.status === 'rejected' ? result.reason : undefined));
    for (const error of told) {
      assert.equal(error?.code, 'ERR_CLUSTER');
      assert.match(error.message, /has answered nothing|gave no answer in time|cannot reach/);
    }
    await cluster.close();
  });
});
