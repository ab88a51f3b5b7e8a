import { readFileSync } from 'node:fs';

/**
 * A reporter for Node's test runner: the files of each process that failed as a whole, after the last test.
 */
export default async function* failedProcesses(events) {
  const failed = new Set();
  for await (const { type, data } of events) {
    // A process of its own is reported as a test that has the name of its file.
    if (type === 'test:fail' && /[\\/]joined(-fast)?[\\/][^\\/]+\.test\.js$/.test(data.name))
      failed.add(data.name);
  }
  for (const file of failed) {
    const tests = [...readFileSync(file, 'utf8').matchAll(/"(?:\.\.\/)*(.+)\.js"/g)].map(
      (match) => `${match[1]}.ts`,
    );
    yield `\n${file} failed as a whole. It runs ${tests.join(', ')}\n`;
  }
}
