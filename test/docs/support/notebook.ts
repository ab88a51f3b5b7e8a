import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';

const run = promisify(execFile);
const root = join(import.meta.dirname, '..', '..', '..');

interface Output {
  readonly output_type: string;
  readonly name?: string;
  readonly text?: string | string[];
  readonly data?: { readonly [mime: string]: string | string[] };
  readonly evalue?: string;
}

interface Cell {
  readonly cell_type: string;
  readonly source: string | string[];
  metadata: object;
  outputs?: Output[];
}

export interface Notebook {
  cells: Cell[];
  metadata: { kernelspec?: { name: string }; [name: string]: unknown };
}

/** Where scripts/install-jupyter.sh puts tslab's kernel. */
const kernels = join(root, '.cache', 'jupyter', 'share', 'jupyter');

export const jupyterEnv = {
  ...process.env,
  JUPYTER_PATH: kernels,
  NODE_OPTIONS: '',
  NODE_TEST_CONTEXT: undefined,
};

/** What is missing to run notebooks; undefined where nothing is. */
export async function missingForNotebooks(): Promise<string | undefined> {
  if (!existsSync(join(kernels, 'kernels', 'tslab', 'kernel.json'))) return 'tslab';
  const found = await run('jupyter-nbconvert', ['--version'], { env: jupyterEnv }).catch(() => undefined);
  return found ? undefined : 'jupyter-nbconvert';
}

/**
 * Runs a notebook from its first cell to its last in a kernel of its own, in the folder it lies in. A failing
 * cell rejects.
 */
export async function execute(path: string): Promise<Notebook> {
  const args = ['--to', 'notebook', '--execute', '--ExecutePreprocessor.kernel_name=tslab', '--stdout', path];
  const options = { env: jupyterEnv, maxBuffer: 1e8, timeout: 240_000, killSignal: 'SIGKILL' } as const;
  const { stdout } = await run('jupyter-nbconvert', args, options);
  return JSON.parse(stdout);
}

export async function readNotebook(path: string): Promise<Notebook> {
  return JSON.parse(await readFile(path, 'utf8'));
}

/** As it is committed: without what differs from run to run and from machine to machine but does not show. */
export function tidy({ cells, ...rest }: Notebook): string {
  const kept = cells.map((cell) => ({ ...cell, metadata: {} }));
  return `${JSON.stringify({ cells: kept, ...rest }, null, 1)}\n`;
}

/**
 * What each code cell shows, comparable: its texts and its displays, each in their order (which of the two
 * comes first is up to the kernel), with times, sizes and pictures made of them left out.
 */
export function shownBy({ cells }: Notebook): { source: string; texts: string; displays: string[] }[] {
  return cells
    .filter((cell) => cell.cell_type === 'code')
    .map(({ source, outputs = [] }) => ({
      source: textOf(source),
      texts: steady(outputs.map(({ name, text = '' }) => (name ? `${name}: ${textOf(text)}` : '')).join('')),
      displays: outputs.flatMap(({ data = {} }) =>
        Object.entries(data).map(([mime, content]) => `${mime}: ${steady(textOf(content))}`),
      ),
    }));
}

const textOf = (text: string | string[]): string => (Array.isArray(text) ? text.join('') : text);

function steady(text: string): string {
  return text
    .replace(/<svg[\s\S]*?<\/svg>/g, '<svg>')
    .replace(/\b\d+(\.\d+)?(?= (ms|s|MB|workers)\b)/g, '#')
    .replace(/stopped at \d+ of (\S+) groups, \S+ of (\S+) rows/g, 'stopped at # of $1 groups, # of $2 rows')
    .replace(/(width:)[\d.]+(%;height:100%;background:#c2543d)/g, '$1#$2');
}
