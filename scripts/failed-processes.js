import { isJoined, sourcesOf } from './process-files.js';

/** Names the files of each process that failed as a whole. */
export function failedProcesses() {
  const failed = new Set();
  return {
    see({ type, data: { name } }) {
      // A process is reported as a test that has the name of its file.
      if (type === 'test:fail' && isJoined(name)) failed.add(name);
    },
    end: () =>
      [...failed].map((path) => `\n${path} failed as a whole. It runs ${sourcesOf(path).join(', ')}\n`),
  };
}
