import { writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { applyParallel, groupby, type Report } from 'apply-parallel';
import { rolling } from 'apply-parallel/columns';
import { makeSales } from '../fixtures/sales.js';

/*
 * Draws docs/images/timeline.svg, the picture of a report, from a call on 200,000 sales in unequal groups:
 *   node --import tsx bench/timeline-picture.ts
 */

const { sales } = makeSales({ rows: 200_000 });
const grouped = groupby(sales, 'category');
const means = (group: { quantity: Int32Array }) => ({
  mean: rolling(group, { rows: 50 }, ({ frame }) => frame.quantity.reduce((sum, each) => sum + each, 0) / 50),
});
const calls: Report[] = [];
for (let call = 0; call < 10; call++) {
  await applyParallel(grouped, means, {
    input: 'columns',
    nJobs: 2,
    report: (made) => void calls.push(made),
  });
}
// The first call also starts the workers, and other programs slow some calls down.
const [quickest] = calls.sort((a, b) => a.elapsedMs - b.elapsedMs);
const picture = join(dirname(fileURLToPath(import.meta.url)), '..', 'docs', 'images', 'timeline.svg');
writeFileSync(picture, `${quickest.toSVG()}\n`);
console.log(String(quickest));
