const vm = require('node:vm');
const { roundTrip } = require('./round-trip.mjs');

// What tslab 1.0.22 does: one exports object for all cells, behind a Proxy; each cell a function of exports
// and require.
const cells = new Proxy(
  {},
  {
    defineProperty: (target, key, { get, value }) => {
      if (key !== '__esModule') target[key] = get ? get() : value;
      return true;
    },
  },
);
globalThis.__tslab__ = { exports: cells, require: new Proxy(require, {}) };
globalThis.roundTrip = roundTrip;
const cell = (code) =>
  vm.runInThisContext(
    `(async function(exports, require) { ${code}\n})(__tslab__.exports, __tslab__.require)`,
  );

(async () => {
  await cell(`exports.rate = 2; const helper = (x) => x * exports.rate; exports.helper = helper;
    Object.defineProperty(exports, '__esModule', { value: true });`);
  await cell(`class Point { constructor(x) { this.x = x; } scaled() { return (0, exports.helper)(this.x); } } exports.Point = Point;
    exports.path_1 = require('path'); exports.dfd = require('danfojs-node');`);
  await cell(`const local = 3; const refuse = (fn) => roundTrip(fn).catch(({ code, message }) => code + ' ' + message.replace(/^.*worker: /, '').replace(/\\. [A-Z].*/, ''));
    const bump = () => { exports.rate = 5; };
    // As TypeScript compiles assignments to what another cell declared, and to what this one did with let.
    let count = 0; exports.count = count;
    const forms = [
      () => { exports.rate++; }, () => { exports.rate += 1; }, () => { [exports.rate] = [1]; }, () => { ({ a: exports.rate = 2 } = {}); },
      () => { for (exports.rate of [1]); }, () => { delete exports.rate; }, () => { exports.count = count += 1; }, () => { count++; },
    ];
    const reads = [() => { let a; [a = exports.rate] = []; return a; }, () => { const { [exports.rate]: b = 1 } = {}; return b; }];
    const whole = () => Object.keys(exports);
    exports.results = {
      cells: await roundTrip((x) => new exports.Point(x).scaled() + exports.rate, 5),
      local: await roundTrip(() => exports.helper(exports.rate) + local),
      required: await roundTrip(() => exports.path_1.join('a', 'b')),
      imported: await roundTrip(() => typeof new exports.dfd.DataFrame([[1]])),
      assigned: await refuse(bump), forms: await Promise.all(forms.map(refuse)), reads: await Promise.all(reads.map((fn) => roundTrip(fn))), whole: await refuse(whole),
    };`);
  process.stdout.write(JSON.stringify(cells.results));
})();
