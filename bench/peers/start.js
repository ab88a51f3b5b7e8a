/**
 * One program of bench/start.ts: `node start.js WHAT URL`. Prints its numbers as JSON; times are
 * milliseconds.
 */
const [what, url] = process.argv.slice(2);

const cpu = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};
const timed = async (body) => {
  const [begun, used] = [performance.now(), cpu()];
  await body();
  return { wall: performance.now() - begun, cpu: cpu() - used };
};
const print = (numbers) => console.log(JSON.stringify(numbers));

if (what === 'nothing') print({ cpu: cpu() });
else {
  const { applyParallel, groupby } = await import(url);
  const factor = 3;
  if (what === 'import') print({ cpu: cpu() });
  if (what.startsWith('ten rows')) {
    const options = what === 'ten rows' ? {} : { nJobs: 2 };
    const rows = Array.from({ length: 10 }, (_, i) => ({ k: i % 2, v: i }));
    const work = (group) => group.map((row) => ({ ...row, v: row.v * factor }));
    const result = await applyParallel(groupby(rows, 'k'), work, options);
    if (result.length !== 10) throw new Error('rows are missing');
    print({ cpu: cpu() });
  }
  if (what === 'flights') {
    const count = 3_000_000;
    const from = (make, Column) => Column.from({ length: count }, (_, i) => make(i));
    const table = {
      origin: from((i) => (i * 7919) % 229, Int16Array),
      distance: from((i) => i % 1000, Float64Array),
      delay: from((i) => i % 100, Float64Array),
    };
    const work = (group) => ({ ...group, late: group.delay.map((x) => x * factor) });
    const call = () =>
      timed(() => applyParallel(groupby(table, 'origin'), work, { nJobs: 2, output: 'arrow' }));
    const first = await call();
    for (let again = 0; again < 8; again++) await call();
    const tenth = await call();
    const ratios = { 'wall ratio': first.wall / tenth.wall, 'cpu ratio': first.cpu / tenth.cpu };
    print({ first: first.wall, tenth: tenth.wall, ...ratios });
  }
  if (what === 'one tiny group') {
    const grouped = groupby({ k: Int32Array.of(1, 1), v: Float64Array.of(1, 2) }, 'k');
    const work = (group) => ({ ...group, z: group.v.map((x) => x * factor) });
    const call = () => applyParallel(grouped, work, { nJobs: 2 });
    for (let warm = 0; warm < 200; warm++) await call();
    const { wall, cpu: used } = await timed(async () => {
      for (let again = 0; again < 1000; again++) await call();
    });
    print({ 'wall a call': wall / 1000, 'cpu a call': used / 1000 });
  }
}
