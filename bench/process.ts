/** The processes of the peers, as main sees them: ask, and get an answer. */
import { type ChildProcess, fork, spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { totalmem } from 'node:os';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { built } from './built.js';
import type { Answer, Entrant, Request } from './types.js';

export interface PeerProcess {
  ask(request: Request): Promise<Answer>;
  close(): Promise<void>;
}

const pythonBin = process.platform === 'win32' ? 'Scripts/python.exe' : 'bin/python';
/** The Python that APPLY_PARALLEL_PYTHON names, or that of `npm run bench:setup`. */
export const pythonPath =
  process.env.APPLY_PARALLEL_PYTHON ?? fileURLToPath(new URL(`./.venv/${pythonBin}`, import.meta.url));
const pythonPeer = fileURLToPath(new URL('./peers/python_peer.py', import.meta.url));

export function startPeer(entrant: Entrant): PeerProcess {
  const { peer } = entrant;
  return peer === 'joblib' || peer === 'pandas' ? startPython() : startNode(entrant);
}

function startNode({ peer, settings }: Entrant): PeerProcess {
  const args = ['--expose-gc'];
  // Half the machine, for millions of row objects.
  if (peer === 'naive') args.push(`--max-old-space-size=${Math.floor(totalmem() / 2 ** 21)}`);
  if (settings.besideArrow) args.push('--import', 'apache-arrow');
  const child = fork(built('host.ts'), { execArgv: args });
  return overProcess(
    child,
    (request) => child.send(request),
    (answer) => child.on('message', answer as (message: unknown) => void),
    () => child.disconnect(),
  );
}

function startPython(): PeerProcess {
  if (!existsSync(pythonPath)) {
    const missing = { missing: 'the Python environment (npm run bench:setup)' };
    return { ask: async () => missing, close: async () => {} };
  }
  const child = spawn(pythonPath, [pythonPeer], { stdio: ['pipe', 'pipe', 'inherit'] });
  return overProcess(
    child,
    (request) => child.stdin.write(`${JSON.stringify(request)}\n`),
    (answer) => createInterface(child.stdout).on('line', (line) => answer(JSON.parse(line))),
    () => child.stdin.end(),
  );
}

/** One question at a time; a process that ends instead of answering is an answer too. */
function overProcess(
  child: ChildProcess,
  send: (request: Request) => void,
  listen: (answer: (message: Answer) => void) => void,
  end: () => void,
): PeerProcess {
  let waiting: ((answer: Answer) => void) | undefined;
  const answer = (message: Answer) => waiting?.(message);
  listen(answer);
  const exited = new Promise<void>((resolve) => {
    child.on('error', (error) => answer({ error: error.message }));
    child.on('exit', (code, signal) => {
      answer({ error: `its process ended (${signal ?? `exit code ${code}`})` });
      resolve();
    });
  });
  return {
    ask: (request) =>
      new Promise((resolve) => {
        waiting = resolve;
        if (child.exitCode !== null || child.signalCode !== null) resolve({ error: 'its process has ended' });
        else send(request);
      }),
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      end();
      await exited;
    },
  };
}
