import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDisplay } from '#dist/progress/index.js';

/*
 * What tslab gives its cells is all that tells a notebook from a script; here it is given by hand. The real
 * kernel: notebooks.test.ts.
 */

const base = { unit: 'groups', done: 5, total: 10, rows: { done: 500, total: 1000 }, isComplete: false };
const at = (elapsedMs: number, more = {}) => ({ ...base, elapsedMs, ...more });
const finished = (elapsedMs: number) =>
  at(elapsedMs, { done: 10, rows: { done: 1000, total: 1000 }, isComplete: true });

let displays: string[][];
const cells = globalThis as { __tslab__?: unknown };

beforeEach(() => {
  displays = [];
  const newDisplay = () => {
    const shown: string[] = [];
    displays.push(shown);
    return { html: (html: string) => shown.push(html) };
  };
  cells.__tslab__ = { require: (id: string) => (id === 'tslab' ? { newDisplay } : undefined) };
});
afterEach(() => {
  delete cells.__tslab__;
});

const textOf = (html: string | undefined) => html?.replace(/<[^>]*>/g, '');
const widthOf = (html: string | undefined) => /width:([\d.]+)%/.exec(html ?? '')?.[1];

describe('in a notebook', () => {
  it('draws in one place, and leaves there what was done', () => {
    const display = createDisplay();
    display.update(at(400));
    display.update(at(500, { done: 6, rows: { done: 700, total: 1000 } }));
    display.update(finished(1200));
    display.end();
    assert.equal(displays.length, 1);
    assert.deepEqual(displays[0].map(widthOf), ['50.0', '70.0', '100.0']);
    assert.equal(textOf(displays[0][0]), '5 of 10 groups, 500 of 1000 rows, 0.4 s, about 0.4 s left');
    assert.equal(textOf(displays[0][2]), '10 groups, 1000 rows, 1.2 s');
  });

  it('shows only the end of what is over at once', () => {
    const display = createDisplay();
    display.update(at(20));
    assert.equal(displays.length, 0);
    display.update(finished(40));
    display.end();
    assert.deepEqual(displays[0].map(textOf), ['10 groups, 1000 rows, 0.0 s']);
  });

  it('says how far a call came that failed', () => {
    const display = createDisplay();
    display.update(at(2000));
    display.end();
    display.update(finished(3000));
    assert.equal(displays[0].length, 2);
    assert.match(textOf(displays[0][1]) ?? '', /^stopped at 5 of 10 groups, 500 of 1000 rows, 2\.\d s$/);
    assert.notEqual(
      displays[0][1].match(/#\w+/)?.[0],
      displays[0][0].match(/#\w+/)?.[0],
      'in another colour',
    );
  });

  it('draws on while a long group runs', async () => {
    const display = createDisplay();
    display.update(at(10_000));
    await until(() => displays[0].length > 1);
    assert.match(textOf(displays[0][1]) ?? '', /5 of 10 groups/);
    display.end();
  });

  it('shows two calls at the same time in two places', () => {
    const [one, two] = [createDisplay(), createDisplay()];
    one.update(finished(400));
    two.update(finished(500));
    assert.deepEqual(
      displays.map((shown) => shown.length),
      [1, 1],
    );
  });

  it('does the work no harm when nobody is there to show it to', () => {
    cells.__tslab__ = {
      require: () => ({
        newDisplay: () => ({
          html: () => {
            throw new Error('Not ready');
          },
        }),
      }),
    };
    const display = createDisplay();
    display.update(at(2000));
    display.update(finished(3000));
    display.end();
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(20);
}
