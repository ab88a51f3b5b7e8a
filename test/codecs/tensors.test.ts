// slow: npm run test:fast leaves this file out

import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { applyParallel, groupby, hash } from 'apply-parallel';
import * as dfd from 'danfojs-node';

const options = { nJobs: 2, batchSize: 1 } as const;

describe('tensors', () => {
  const group = groupby([{ k: 'a' }], 'k');

  it("of danfojs' scalers, fitted here, scale in workers", async () => {
    const frame = new dfd.DataFrame({ a: [1, 2, 3] });
    for (const scaler of [new dfd.StandardScaler(), new dfd.MinMaxScaler()]) {
      scaler.fit(frame);
      const here = scaler.transform([1, 2]);
      const there = await applyParallel(group, () => [{ v: scaler.transform([1, 2]) }], options);
      assert.deepEqual(there, [{ v: [...here] }]);
    }
  });

  it('of every type', async () => {
    const tf = dfd.tensorflow;
    const tensors = [
      tf.tensor([
        [1.5, 2],
        [3, 4],
      ]),
      tf.tensor([1, -2], [2], 'int32'),
      tf.tensor([true, false], [2], 'bool'),
      tf.tensor(['a', 'ö']),
      tf.complex([1, 2], [3, 4]),
      tf.scalar(7),
      tf.tensor([], [0, 3]),
    ];
    const read = (tensor: (typeof tensors)[number]) =>
      JSON.stringify([tensor.dtype, tensor.shape, Array.from(tensor.dataSync())]);
    const here = tensors.map(read);
    const there = await applyParallel(group, () => tensors.map((tensor) => ({ v: read(tensor) })), options);
    assert.deepEqual(
      there.map(({ v }) => v),
      here,
    );
  });

  it('variables stay variables, however often they are sent', async () => {
    const weights = dfd.tensorflow.variable(dfd.tensorflow.tensor([1, 2]), false);
    const fn = () => {
      weights.assign(weights.add(1));
      return [{ v: Array.from(weights.dataSync()).join(), trainable: weights.trainable }];
    };
    for (const _ of [1, 2]) {
      assert.deepEqual(await applyParallel(group, fn, options), [{ v: '2,3', trainable: false }]);
    }
    assert.deepEqual([...weights.dataSync()], [1, 2]);
  });

  it('count in a hash by what they hold', () => {
    const fitted = (a: number[]) => {
      const scaler = new dfd.StandardScaler();
      scaler.fit(new dfd.DataFrame({ a }));
      return scaler;
    };
    assert.equal(hash(fitted([1, 2, 3])), hash(fitted([1, 2, 3])));
    assert.notEqual(hash(fitted([1, 2, 3])), hash(fitted([1, 2, 9])));
  });

  it('that are disposed of are refused, by name', async () => {
    const scaler = { mean: dfd.tensorflow.tensor([1]) };
    scaler.mean.dispose();
    await assert.rejects(
      applyParallel(group, () => [{ v: scaler.mean.size }], options),
      /scaler\.mean: it cannot be copied \(Tensor is disposed\.\)/,
    );
  });
});
