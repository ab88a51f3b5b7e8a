import { spawn, spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readFileSync, rmSync } from 'node:fs';
import { connect, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { within } from '../../../support/within.js';

/*
 * Starts Spark Connect servers on loopback for tests. APPLY_PARALLEL_SPARK names a Python with
 * pyspark[connect].
 */

const python = process.env.APPLY_PARALLEL_SPARK;

/** Why there is no Spark here; undefined where there is. For the option `skip` of a test. */
export const noSpark: string | undefined = findReason();

export interface SparkServer {
  /** `sc://127.0.0.1:port`. */
  readonly url: string;
  readonly port: number;
  /** The process of the server, which leads a group of its own with all that it starts. */
  readonly pid: number;
  /** What the server has written so far. */
  log(): string;
  /** Kills the server with all that it started, and removes its files. */
  stop(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

export interface SparkServerOptions {
  /**
   * `local[2]` runs tasks in the server itself; `local-cluster[2,1,1024]` starts two executors of their own.
   */
  readonly master?: string;
  readonly conf?: { readonly [name: string]: string | number | boolean };
  readonly env?: { readonly [name: string]: string };
  readonly driverMemory?: string;
}

/** Starts a server and waits until it listens. */
export async function startSpark(options: SparkServerOptions = {}): Promise<SparkServer> {
  if (python === undefined) throw new Error('APPLY_PARALLEL_SPARK is not set');
  const folder = mkdtempSync(join(tmpdir(), 'apply-parallel-spark-'));
  const port = await freePort();
  const home = sparkHome(python);
  const conf = {
    'spark.connect.grpc.binding.address': '127.0.0.1',
    'spark.connect.grpc.binding.port': port,
    'spark.driver.bindAddress': '127.0.0.1',
    'spark.driver.host': '127.0.0.1',
    'spark.ui.enabled': false,
    'spark.driver.extraJavaOptions': '-XX:+ExitOnOutOfMemoryError',
    'spark.executor.memory': '1g',
    'spark.sql.warehouse.dir': join(folder, 'warehouse'),
    'spark.sql.shuffle.partitions': 4,
    ...options.conf,
  };
  const args = [
    ...['--master', options.master ?? 'local[2]', '--driver-memory', options.driverMemory ?? '2g'],
    ...['--class', 'org.apache.spark.sql.connect.service.SparkConnectServer'],
    ...Object.entries(conf).flatMap(([name, value]) => ['--conf', `${name}=${value}`]),
    'spark-internal',
  ];
  const logFile = join(folder, 'server.log');
  const output = openSync(logFile, 'a');
  const child = spawn(join(home, 'bin', 'spark-submit'), args, {
    cwd: folder,
    detached: true,
    stdio: ['ignore', output, output],
    env: {
      ...process.env,
      NODE_OPTIONS: '',
      PYSPARK_PYTHON: python,
      SPARK_HOME: home,
      SPARK_LOCAL_IP: '127.0.0.1',
      SPARK_LOCAL_DIRS: join(folder, 'local'),
      SPARK_WORKER_DIR: join(folder, 'work'),
      ...options.env,
    },
  });
  closeSync(output);
  const pid = child.pid as number;
  let isOver = false;
  const over = new Promise<void>((resolve) => {
    const onOver = () => {
      isOver = true;
      resolve();
    };
    child.once('exit', onOver).once('error', onOver);
  });
  const kill = () => {
    try {
      process.kill(-pid, 'SIGKILL');
    } catch {
      // It has ended by itself.
    }
  };
  process.once('exit', kill);
  const stop = async () => {
    // Keeps this process until it is over.
    child.ref();
    kill();
    await within(60_000, 'the end of the server after SIGKILL', over);
    process.off('exit', kill);
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  };
  try {
    await untilListening(port, () => isOver);
  } catch (error) {
    const log = readFileSync(logFile, 'utf8');
    await stop();
    throw new Error(`Spark did not start: ${log.slice(-3000)}`, { cause: error });
  }
  child.unref();
  return {
    url: `sc://127.0.0.1:${port}`,
    port,
    pid,
    log: () => readFileSync(logFile, 'utf8'),
    stop,
    [Symbol.asyncDispose]: stop,
  };
}

function findReason(): string | undefined {
  if (python === undefined) return 'APPLY_PARALLEL_SPARK names no Python with pyspark[connect]';
  if (spawnSync('java', ['-version'], { timeout: 60_000 }).status !== 0 && !process.env.JAVA_HOME)
    return 'Spark needs Java 17';
  return undefined;
}

function sparkHome(python: string): string {
  const code = 'import importlib.util as u; print(u.find_spec("pyspark").origin)';
  const { stdout, stderr, status } = spawnSync(python, ['-c', code], { encoding: 'utf8', timeout: 60_000 });
  if (status !== 0) throw new Error(`${python} has no pyspark: ${stderr}`);
  return dirname(stdout.trim());
}

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

async function untilListening(port: number, hasEnded: () => boolean): Promise<void> {
  for (let attempt = 0; attempt < 1800; attempt++) {
    if (hasEnded()) throw new Error('it ended');
    const isOpen = await new Promise<boolean>((resolve) => {
      const socket = connect(port, '127.0.0.1');
      const finish = (isOpen: boolean) => {
        socket.destroy();
        resolve(isOpen);
      };
      socket.once('connect', () => finish(true)).once('error', () => finish(false));
      socket.setTimeout(5000, () => finish(false));
    });
    if (isOpen) return;
    await sleep(100);
  }
  throw new Error('nothing listens after 180 s');
}
