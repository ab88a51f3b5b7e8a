import { type Cluster, SparkError } from '../../cluster/index.js';
import { ApplyError } from '../../errors.js';
import { megabytes } from '../../util/index.js';
import { GlueTrouble } from './rows.js';

/** All that the server has said of an error. */
function textsOf(error: unknown): string[] {
  const { cause } = Object(error) as { cause?: unknown };
  if (!(cause instanceof SparkError)) return [];
  const causes = cause.causes.flatMap(({ message, parameters }) => [message, ...Object.values(parameters)]);
  return [cause.message, ...causes];
}

/** Returns the version of Python on the executors, from the error of a plan that was made for another. */
export function workerPython(error: unknown): string | undefined {
  for (const text of textsOf(error)) {
    const found = /different version: (\d+\.\d+) than that in driver|worker_version\W+(\d+\.\d+)/.exec(text);
    if (found) return found[1] ?? found[2];
  }
  return undefined;
}

/** The trouble that the glue tells of: a word and what it knows. */
interface Trouble {
  readonly what: string;
  readonly host?: string;
  readonly node?: string;
  readonly path?: string;
  readonly error?: string;
  readonly code?: number;
  readonly group?: string | null;
  readonly python?: string;
  readonly bytes?: number;
  readonly most?: number;
}

/** Returns the error that users get where the glue or Spark tell of more than a group's failure. */
export function clusterErrorOf(error: unknown, { url }: Cluster): unknown {
  const texts = error instanceof GlueTrouble ? [error.message] : textsOf(error);
  const trouble = texts.map(troubleIn).find((found) => found !== undefined);
  if (trouble === undefined) return error;
  return new ApplyError('ERR_CLUSTER', explain(trouble, url), { cause: Object(error).cause });
}

function troubleIn(text: string): Trouble | undefined {
  const [, what, json] = /AP_([A-Z_]+): (\{.*\})/.exec(text) ?? [];
  if (what === undefined) return undefined;
  try {
    return { what, ...JSON.parse(json) };
  } catch {
    return { what };
  }
}

function explain(
  { what, host, node, path, error, code, group, python, bytes = 0, most = 0 }: Trouble,
  url: string,
): string {
  const where = `executor ${host ?? ''} of ${url}`;
  switch (what) {
    case 'NO_NODE':
      return (
        `there is no ${node} on ${where}${path === undefined ? `: ${error}` : `, whose PATH is ${path}`}; ` +
        "install Node there, send it along with spark(url, { node: 'archive' }), or name its path with { node }"
      );
    case 'NO_PYARROW':
      return `the Python of ${where}, ${python}, has no pyarrow: install it there (${error})`;
    case 'OLD_PYTHON':
      return `${where} has Python ${python}; 3.9 or newer is needed`;
    case 'LARGE_RESULTS':
      return (
        `a task on ${where} has results of ${megabytes(bytes)} or more, and the server hands out ${megabytes(most)} ` +
        'in all (spark.driver.maxResultSize): leave them there with to: cluster.to(path), or raise it'
      );
    case 'NODE_DIED':
      return (
        `Node ended ${howItEnded(code)} on ${where}, again and again, ` +
        (group ? `the last time while the function ran on group ${group}` : 'in the middle of a task')
      );
    default:
      return `the runner on ${where} fails: ${what}${error === undefined ? '' : `, ${error}`}`;
  }
}

/** Python gives the number of a signal as a negative code. */
function howItEnded(code = 0): string {
  if (code === -9)
    return 'by SIGKILL, as when the memory of the executor is full: raise spark.executor.memoryOverhead,';
  if (code === -11) return 'by a segmentation fault, in a native library that the function uses,';
  return code < 0 ? `by signal ${-code}` : `with code ${code}`;
}
