import { ApplyError } from '../../errors.js';
import { preview } from '../../util/index.js';
import { DAY } from './calendar.js';

/** The rules of a time zone. Times are whole seconds from 1970. */
export interface TimeZone {
  /** The offset from UTC, if it is the same at all times. */
  readonly fixedOffset?: number;
  /** Returns the seconds by which clocks are ahead of UTC. */
  offsetAt(second: number): number;
  /** Returns the first moment at which clocks show the time `local`, or a later time if they skip it. */
  instantOf(local: number): number;
  /** Returns all offsets between two times, and the moments at which clocks change. */
  changesIn(from: number, to: number): { readonly offsets: Set<number>; readonly at: readonly number[] };
}

/** Seconds for which offsets are found at a time: a little more than a year. */
const BLOCK = 2 ** 25;
/** The furthest times that Date and Intl know. */
const FURTHEST = 8_640_000_000_000;
/** Clocks were never changed twice within fewer days, save for four days in Freetown in 1939. */
const PROBE = 3 * DAY;

const zones = new Map<string, TimeZone>();

/** Returns the rules of a time zone of Intl, or of an offset such as '+05:30', and keeps them. */
export function timeZone(name: string, whose: string): TimeZone {
  let zone = zones.get(name);
  if (zone === undefined) {
    zone = makeZone(name, whose);
    zones.set(name, zone);
  }
  return zone;
}

function makeZone(name: string, whose: string): TimeZone {
  const [, sign, hours, minutes = '00'] = /^([+-])(\d\d):?(\d\d)?$/.exec(name) ?? [];
  if (sign) return fixedZone((sign === '-' ? -1 : 1) * (Number(hours) * 3_600 + Number(minutes) * 60));
  if (/^(Z|UTC|GMT|Etc\/(UTC|GMT|Zulu|UCT|Universal))$/i.test(name)) return fixedZone(0);
  try {
    return new IntlZone(new Intl.DateTimeFormat('en-US', { timeZone: name, timeZoneName: 'longOffset' }));
  } catch (error) {
    throw new ApplyError(
      'ERR_INVALID_OPTION',
      `${whose} ${preview(name)} is no time zone that Intl knows; ` +
        "write one such as 'Europe/Berlin', 'UTC' or '+05:30'",
      { cause: error },
    );
  }
}

const fixedZone = (offset: number): TimeZone => ({
  fixedOffset: offset,
  offsetAt: () => offset,
  instantOf: (local) => local - offset,
  changesIn: () => ({ offsets: new Set([offset]), at: [] }),
});

/** The offsets within one block: `offsets[k]` from `from[k]` on. */
interface Block {
  readonly from: number[];
  readonly offsets: number[];
}

/** A zone by Intl, which is asked a few hundred times a year of data and not for every row. */
class IntlZone implements TimeZone {
  readonly #format: Intl.DateTimeFormat;
  readonly #blocks = new Map<number, Block>();
  #last = Number.NaN;
  #lastBlock: Block = { from: [], offsets: [] };

  constructor(format: Intl.DateTimeFormat) {
    this.#format = format;
  }

  offsetAt(second: number): number {
    const { from, offsets } = this.#block(Math.floor(second / BLOCK));
    let k = from.length - 1;
    while (k > 0 && from[k] > second) k--;
    return offsets[k];
  }

  instantOf(local: number): number {
    // A day away on either side lies before and after any change that concerns this time.
    const before = local - this.offsetAt(local - DAY);
    const after = local - this.offsetAt(local + DAY);
    if (before === after) return before;
    const first = Math.min(before, after);
    const isShown = (second: number) => second + this.offsetAt(second) === local;
    if (isShown(first)) return first;
    const second = Math.max(before, after);
    return isShown(second) ? second : this.#nextChange(first, second);
  }

  changesIn(from: number, to: number): { offsets: Set<number>; at: number[] } {
    const offsets = new Set<number>();
    const at: number[] = [];
    for (let index = Math.floor(from / BLOCK); index <= Math.floor(to / BLOCK); index++) {
      const block = this.#block(index);
      for (const offset of block.offsets) offsets.add(offset);
      // A block begins without a change, or with one at its very first second.
      const isChange = block.offsets[0] !== this.offsetAt(index * BLOCK - 1);
      at.push(...(isChange ? block.from : block.from.slice(1)));
    }
    return { offsets, at };
  }

  #nextChange(after: number, until: number): number {
    const { at } = this.changesIn(after, until);
    return at.find((second) => second > after) ?? until;
  }

  #block(index: number): Block {
    if (index === this.#last) return this.#lastBlock;
    let block = this.#blocks.get(index);
    if (block === undefined) {
      block = this.#readBlock(index * BLOCK);
      this.#blocks.set(index, block);
    }
    this.#last = index;
    this.#lastBlock = block;
    return block;
  }

  #readBlock(start: number): Block {
    const block: Block = { from: [start], offsets: [this.#askIntl(start)] };
    const end = start + BLOCK - 1;
    let offset = block.offsets[0];
    for (let at = start; at < end; at = Math.min(at + PROBE, end)) {
      const next = Math.min(at + PROBE, end);
      const found = this.#askIntl(next);
      if (found === offset) continue;
      block.from.push(this.#findChange(at, next, offset));
      block.offsets.push(found);
      offset = found;
    }
    return block;
  }

  /** Returns the first second after `from` that has another offset; `to` has. */
  #findChange(from: number, to: number, offset: number): number {
    let low = from;
    let high = to;
    while (high - low > 1) {
      const middle = Math.floor((low + high) / 2);
      if (this.#askIntl(middle) === offset) low = middle;
      else high = middle;
    }
    return high;
  }

  #askIntl(second: number): number {
    const text = this.#format.format(Math.max(-FURTHEST, Math.min(second, FURTHEST)) * 1_000);
    const [, sign, hours = '0', minutes = '0', seconds = '0'] =
      /([+-\u2212])(\d\d):(\d\d)(?::(\d\d))?$/.exec(text) ?? [];
    const offset = Number(hours) * 3_600 + Number(minutes) * 60 + Number(seconds);
    return sign === '+' || offset === 0 ? offset : -offset;
  }
}
