import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { countDelivery, ResultBacklog } from '../../src/run/result-backlog.js';

describe('result backlog', () => {
  it('is full at its measure, and low at half of it', async () => {
    const backlog = new ResultBacklog(4);
    const never = new AbortController().signal;
    const taken: (() => void)[] = [];
    const fulls: boolean[] = [];
    for (let delivery = 0; delivery < 4; delivery++) {
      fulls.push(countDelivery(backlog.counter));
      taken.push(backlog.receive());
    }
    assert.deepEqual(fulls, [false, false, false, true]);
    let isLow = false;
    const low = Promise.all([backlog.untilLow(never), backlog.untilLow(never)]).then(() => {
      isLow = true;
    });
    taken[0]();
    await sleep(1);
    assert.equal(isLow, false);
    taken[1]();
    await low;
    await backlog.untilLow(never);
  });

  it('keeps nobody waiting who has been aborted', async () => {
    const backlog = new ResultBacklog(1);
    countDelivery(backlog.counter);
    backlog.receive();
    const abort = new AbortController();
    const low = backlog.untilLow(abort.signal);
    abort.abort();
    await low;
    await backlog.untilLow(abort.signal);
  });

  it('forgets deliveries that never came', () => {
    const backlog = new ResultBacklog(2);
    assert.equal(countDelivery(backlog.counter), false); // by a worker that dies before it has sent it
    backlog.forgetUndelivered();
    assert.equal(countDelivery(backlog.counter), false);
    assert.equal(countDelivery(backlog.counter), true);
  });
});
