// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyParallel, groupby } from 'apply-parallel';
import { valueCodecs } from '#dist/codecs/value-codecs.js';
import { ship } from '#dist/ship/index.js';
import { extra, missingExtra } from '../support/extras.js';

const options = { nJobs: 2, batchSize: 1 } as const;

interface PolarsLibrary {
  DataFrame(columns: object): { height: number };
  Series(name: string, values: unknown[]): { length: number };
}

const noPolars = missingExtra('nodejs-polars');
const polars = noPolars ? undefined : (extra('nodejs-polars') as PolarsLibrary);
const polarsFrame = polars?.DataFrame({ a: [1, 2] });

describe('polars', { skip: noPolars }, () => {
  const group = groupby([{ k: 'a' }], 'k');

  it('a DataFrame is told to be one, of the file or of a function', () => {
    const own = polars?.DataFrame({ a: [1, 2] });
    for (const fn of [() => own?.height, () => polarsFrame?.height]) {
      const { nodes } = ship(fn, valueCodecs);
      assert.ok(nodes.some((node) => node.kind === 'codec' && node.codec === 'frame'));
    }
  });

  it('a Series is refused, by name', async () => {
    const series = polars?.Series('x', [1, 2]);
    await assert.rejects(
      applyParallel(group, () => [{ v: series?.length }], options),
      /series: a polars Series cannot be copied\. Use the DataFrame/,
    );
  });
});
