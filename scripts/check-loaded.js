// Counts the files and bytes that a program loads with the package, and that a worker loads. It fails when
// one of the numbers has grown by more than a quarter since it was written down below. Files of Node itself
// do not count.
import { applyParallel, groupby } from 'apply-parallel';
import { scriptArguments } from './script-arguments.js';

const USAGE = `Usage: node scripts/check-loaded.js [--list]

  --list    prints the files`;
const { list } = scriptArguments(USAGE, { list: { type: 'boolean' } }).values;

/** Written down after a build. The files of apache-arrow are counted apart. */
const KNOWN = {
  'import of the package': { files: 27, bytes: 1_360_000, arrow: 146 },
  'worker, for a function that imports nothing': { files: 7, bytes: 713_000, arrow: 0 },
  'worker, for a function that imports, beside that': { files: 13, bytes: 398_000, arrow: 146 },
};
const GROWTH = 1.25;

/** Returns the files that the thread has loaded. Imports nothing, so that it runs in any worker. */
const loaded = () => {
  const { Session } = process.getBuiltinModule('node:inspector');
  const session = new Session();
  session.connect();
  const found = new Map();
  session.on('Debugger.scriptParsed', ({ params: { url, length } }) => {
    if (/^(?:file:|\/)/.test(url)) found.set(url, { url, bytes: found.get(url)?.bytes ?? length });
  });
  session.post('Debugger.enable');
  session.disconnect();
  return [...found.values()].filter(({ url }) => !/\/(?:check-loaded|script-arguments)\.js$/.test(url));
};
const loadedAfterImport = async () => {
  await import('apache-arrow');
  return loaded();
};

const here = loaded();
const inWorker = (fn) => applyParallel(groupby({ k: [0] }, 'k'), fn, { nJobs: 2, output: 'records' });
const alone = await inWorker(loaded);
const importing = await inWorker(loadedAfterImport);
const [first, second, third] = Object.keys(KNOWN);
const failures = [
  ...check(first, here),
  ...check(second, alone),
  ...check(
    third,
    importing.filter(({ url }) => !alone.some((before) => before.url === url)),
  ),
];
if (failures.length > 0) {
  console.error(
    `${failures.join('\n')}\nIf it is worth it, write the new numbers into scripts/check-loaded.js.`,
  );
  process.exitCode = 1;
}

function check(what, files) {
  const arrow = files.filter(({ url }) => url.includes('/node_modules/apache-arrow/')).length;
  const others = files.filter(
    ({ url }) => !/\/node_modules\/(?:apache-arrow|flatbuffers|tslib|json-with-bigint)\//.test(url),
  );
  const found = { files: others.length, bytes: others.reduce((sum, { bytes }) => sum + bytes, 0), arrow };
  console.log(
    `${what}: ${found.files} files, ${found.bytes} bytes, and ${found.arrow} files of apache-arrow`,
  );
  if (list) for (const { url, bytes } of others) console.log(`  ${bytes} ${url}`);
  return Object.entries(KNOWN[what])
    .filter(([name, known]) => found[name] > known * GROWTH)
    .map(([name, known]) => `${what}: ${name} has grown from ${known} to ${found[name]}`);
}
