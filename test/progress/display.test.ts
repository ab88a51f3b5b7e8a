import assert from 'node:assert/strict';
import { Writable } from 'node:stream';
import { afterEach, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { createDisplay } from '#dist/progress/index.js';

const base = { unit: 'groups', done: 5, total: 10, rows: { done: 500, total: 1000 }, isComplete: false };
const at = (elapsedMs: number, more = {}) => ({ ...base, elapsedMs, ...more });
const finished = (elapsedMs: number) =>
  at(elapsedMs, { done: 10, rows: { done: 1000, total: 1000 }, isComplete: true });

/** A stream that keeps what is written; a terminal when it has columns. */
class Sink extends Writable {
  text = '';
  isTTY?: true;
  columns?: number;

  constructor(columns?: number) {
    super();
    if (columns !== undefined) Object.assign(this, { isTTY: true, columns });
  }

  override _write(chunk: Buffer, _encoding: string, callback: (error?: Error) => void) {
    this.text += chunk;
    callback();
  }

  /** As the display wants it. */
  get tty() {
    return this as unknown as NodeJS.WriteStream;
  }
}

/** What a terminal shows after it was sent `text`: one line is all the display ever uses. */
function screenAfter(text: string): string {
  return text.slice(text.lastIndexOf('\r\x1b[J') + 1).replace('\x1b[J', '');
}

const plain = (text: string): string => text.replaceAll('\x1b[J', '<J>');

const environment = { ...process.env };
beforeEach(() => {
  Object.assign(process.env, { TERM: 'xterm', LANG: 'en_US.UTF-8', NO_COLOR: '1' });
  delete process.env.LC_ALL;
  delete process.env.LC_CTYPE;
});
afterEach(() => {
  for (const name of ['TERM', 'LANG', 'NO_COLOR', 'LC_ALL', 'LC_CTYPE']) {
    if (environment[name] === undefined) delete process.env[name];
    else process.env[name] = environment[name];
  }
});

describe('on a terminal', () => {
  it('draws one line, over and over, and takes it away at the end', async () => {
    const sink = new Sink(80);
    const display = createDisplay(sink.tty);
    display.update(at(400));
    assert.match(screenAfter(sink.text), /5\/10 groups/);
    await sleep(60);
    display.update(at(500, { done: 6 }));
    assert.match(screenAfter(sink.text), /6\/10 groups/);
    assert.ok(!sink.text.includes('\n'));
    display.update(finished(600));
    display.end();
    assert.equal(screenAfter(sink.text), '');
  });

  it('makes way for what others write, and comes back below it', async () => {
    const sink = new Sink(80);
    const display = createDisplay(sink.tty);
    display.update(at(400));
    sink.text = '';
    sink.tty.write('a line of a worker\n');
    assert.equal(sink.text, '\r\x1b[Ja line of a worker\n');
    await sleep(60);
    display.update(at(500, { done: 6 }));
    assert.match(plain(sink.text), /^\r<J>a line of a worker\n.*6\/10 groups/);
    // Half a line is not drawn over.
    sink.text = '';
    sink.tty.write(Buffer.from('half '));
    await sleep(60);
    display.update(at(600, { done: 7 }));
    assert.equal(sink.text, '\r\x1b[Jhalf ');
    sink.tty.write('a line\n');
    display.update(at(700, { done: 8 }));
    display.end();
    assert.match(plain(sink.text), /^\r<J>half a line\n.*8\/10 groups.*\r<J>$/);
    assert.equal(Object.hasOwn(sink, 'write'), false);
  });

  it('shows nothing of work that is over quickly', () => {
    const sink = new Sink(80);
    const display = createDisplay(sink.tty);
    for (const elapsed of [0, 100, 200]) display.update(at(elapsed));
    display.update(finished(250));
    display.end();
    assert.equal(sink.text, '');
  });

  it('goes on while no report comes in', async () => {
    const sink = new Sink(80);
    const display = createDisplay(sink.tty);
    display.update(at(100));
    assert.equal(sink.text, '');
    await until(() => /0:01/.test(sink.text));
    display.end();
  });

  it('draws nothing after its end', async () => {
    const sink = new Sink(80);
    const display = createDisplay(sink.tty);
    display.update(at(400));
    display.end();
    const { text } = sink;
    display.update(at(900));
    display.end();
    await sleep(600);
    assert.equal(sink.text, text);
  });

  it('keeps to the columns there are, and clears a line that a narrower window has wrapped', async () => {
    const sink = new Sink(100);
    const display = createDisplay(sink.tty);
    display.update(at(400));
    const { length } = screenAfter(sink.text);
    assert.ok(length <= 99);
    sink.columns = 40;
    await sleep(60);
    display.update(at(500));
    assert.ok(sink.text.includes(`\x1b[${Math.floor((length - 1) / 40)}A\r\x1b[J`));
    assert.ok(screenAfter(sink.text).length <= 39);
    display.end();
  });

  it('takes 80 columns for granted when the terminal does not say', () => {
    const sink = new Sink(0);
    const display = createDisplay(sink.tty);
    display.update(at(400));
    assert.ok(sink.text.length > 40 && sink.text.length < 80);
    display.end();
  });

  it('colours only without NO_COLOR, and draws ASCII where the locale has no more', () => {
    const draw = () => {
      const sink = new Sink(80);
      const display = createDisplay(sink.tty);
      display.update(at(400));
      const { text } = sink;
      display.end();
      return text;
    };
    assert.match(draw(), /^━+─+ /);
    delete process.env.NO_COLOR;
    assert.ok(draw().includes('\x1b[32m'));
    process.env.LANG = 'C';
    assert.match(draw(), /\[.*#+.*-+.*\]/);
  });

  it('leaves the line to the call that has it', async () => {
    const sink = new Sink(80);
    const first = createDisplay(sink.tty);
    const second = createDisplay(sink.tty);
    first.update(at(400, { done: 1 }));
    const { text } = sink;
    second.update(at(400, { done: 2 }));
    assert.equal(sink.text, text);
    first.end();
    await sleep(60);
    second.update(at(500, { done: 3 }));
    assert.match(screenAfter(sink.text), /3\/10 groups/);
    second.end();
    assert.equal(screenAfter(sink.text), '');
  });
});

describe('anywhere else', () => {
  it('writes a line every two seconds at most, and one at the end', () => {
    const sink = new Sink();
    const display = createDisplay(sink.tty);
    for (let elapsed = 0; elapsed < 5000; elapsed += 100) display.update(at(elapsed));
    display.update(finished(5000));
    display.end();
    assert.deepEqual(sink.text.split('\n'), [
      'applyParallel: 5 of 10 groups, 500 of 1000 rows, 2.0 s, about 2.0 s left',
      'applyParallel: 5 of 10 groups, 500 of 1000 rows, 4.0 s, about 4.0 s left',
      'applyParallel: 10 groups, 1000 rows, 5.0 s',
      '',
    ]);
  });

  it('never sends control characters', () => {
    delete process.env.NO_COLOR;
    const sink = new Sink();
    const display = createDisplay(sink.tty);
    for (let elapsed = 0; elapsed < 9000; elapsed += 1000) display.update(at(elapsed));
    display.end();
    assert.ok([...sink.text].every((char) => char === '\n' || char >= ' '));
    assert.match(sink.text, /stopped at 5 of 10 groups.*\n$/);
  });

  it('takes a terminal that cannot redraw for none', () => {
    process.env.TERM = 'dumb';
    const sink = new Sink(80);
    const display = createDisplay(sink.tty);
    display.update(finished(900));
    display.end();
    assert.equal(sink.text, 'applyParallel: 10 groups, 1000 rows, 0.9 s\n');
  });
});

/** Waits as long as it takes; the runner's own timeout ends what never comes. */
async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await sleep(5);
}

describe('a stream that is gone', () => {
  for (const columns of [undefined, 80]) {
    it(`does no harm: ${columns ? 'terminal' : 'pipe'}`, async () => {
      const sink = new Sink(columns);
      const display = createDisplay(sink.tty);
      display.update(at(2500));
      sink.destroy();
      await sleep(60);
      display.update(at(5000));
      display.update(finished(6000));
      display.end();
    });

    it(`fails while it is written to: ${columns ? 'terminal' : 'pipe'}`, async () => {
      const sink = new Sink(columns);
      sink._write = (_chunk, _encoding, callback) => setImmediate(callback, new Error('write EPIPE'));
      const display = createDisplay(sink.tty);
      display.update(at(2500));
      display.end();
      // The 'error' event comes now, and would end the process if nobody listened.
      await until(() => sink.listenerCount('error') === 0);
    });

    it(`is left as it was found: ${columns ? 'terminal' : 'pipe'}`, async () => {
      const sink = new Sink(columns);
      const display = createDisplay(sink.tty);
      display.update(at(2500));
      display.end();
      await until(() => sink.listenerCount('error') === 0);
    });
  }
});
