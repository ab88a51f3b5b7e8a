import { ship } from '#dist/ship/index.js';

const rate = 2;
ship(() => rate);
let collected = false;
const registry = new FinalizationRegistry(() => {
  collected = true;
});
(() => {
  const logged = { big: new Array(10) };
  registry.register(logged, '');
  console.log(logged);
})();
for (let tries = 0; tries < 20 && !collected; tries++) {
  await new Promise((resolve) => setTimeout(resolve, 10));
  globalThis.gc();
}
console.log(collected ? 'collected' : 'kept');
