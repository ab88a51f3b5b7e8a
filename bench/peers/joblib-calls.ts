/** joblib's Parallel on 10,000 calls, in a Python process of its own. */
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { Missing } from '../missing.js';
import { pythonPath } from '../process.js';

/**
 * Gives a function that has the calls made, and waits for the word that they are; the results come along
 * once, at the start.
 */
export async function joblibCalls(count: number): Promise<() => Promise<number[]>> {
  if (!existsSync(pythonPath)) throw new Missing('the Python environment (npm run bench:setup)');
  const script = fileURLToPath(new URL('./joblib_calls.py', import.meta.url));
  const child = spawn(pythonPath, [script, String(count)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const lines = createInterface(child.stdout);
  const [first] = (await once(lines, 'line')) as [string];
  const results = JSON.parse(first) as number[];
  return async () => {
    child.stdin.write('\n');
    const [last] = (await once(lines, 'line')) as [string];
    return last === 'same' ? results : [];
  };
}
