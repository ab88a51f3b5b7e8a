import assert from 'node:assert/strict';
import { describe, it } from 'node:test';
import { membersOfRows } from '#dist/ship/row-members.js';

const reads = (...texts: string[]) => {
  for (const text of texts) assert.deepEqual(membersOfRows(text), ['prize'], text);
};
const excuses = (...texts: string[]) => {
  for (const text of texts) assert.deepEqual(membersOfRows(text), [], text);
};

describe('membersOfRows', () => {
  it('finds what functions of each row read', () =>
    reads(
      '(rows) => rows.map((row) => row.prize * 2)',
      '(rows) => rows.map(({ prize }) => prize * 2)',
      '(rows) => rows.map(function (row) { return { prize: row.prize }; })',
      'function (rows) { return { n: rows.reduce((sum, row) => sum + row.prize, 0) }; }',
      '(rows) => ({ n: rows.map((row) => row.prize).reduce((a, b) => a + b) })',
      '(rows) => [...rows].sort((a, b) => a.prize - b.prize).slice(0, 3)',
      '(rows, { key }) => ({ key, most: Math.max(...rows.map((row) => row["prize"] * 1)) })',
      'async rows => rows.map((row) => { const copy = row; return copy.prize + 1; })',
      'apply(rows) { return rows.map((row) => row.prize); }',
    ));

  it('finds what loops and single rows read', () =>
    reads(
      '(rows) => { let sum = 0; for (const row of rows) sum += row.prize; return { sum }; }',
      '(rows) => { let sum = 0; for (let i = 0; i < rows.length; i++) sum += rows[i].prize; return { sum }; }',
      '(rows) => { for (const { prize } of rows.filter((r) => true)) use(prize); }',
      '([row]) => ({ a: row.prize })',
      '([first, ...others]) => others.map((row) => row.prize)',
      '(rows) => { const { prize } = rows[0]; return { prize }; }',
      '(rows) => { const sorted = rows.toReversed(); return { last: sorted.at(0).prize }; }',
    ));

  it('leaves out what may be absent on purpose', () =>
    excuses(
      '(rows) => rows.map((row) => row.prize ?? 0)',
      '(rows) => rows.map((row) => row.prize || 0)',
      '(rows) => rows.map(({ prize = 0 }) => prize)',
      '(rows) => rows.map((row) => row.prize?.name)',
      '(rows) => rows.filter((row) => row.prize)',
      '(rows) => rows.filter((row) => !row.prize)',
      '(rows) => rows.map((row) => (row.prize ? row.prize : 0))',
      '(rows) => rows.map((row) => (row.prize === undefined ? 0 : row.prize))',
      '(rows) => rows.map((row) => ("prize" in row ? row.prize : 0))',
      '(rows) => rows.map((row) => (isNaN(row.prize) ? 0 : row.prize))',
    ));

  it('leaves out what the function gives its rows itself', () =>
    excuses(
      '(rows) => { for (const row of rows) row.prize = 1; return rows.filter((row) => row.prize > 0); }',
      '(rows) => rows.map((row) => Object.assign(row, { prize: 1 })).concat(rows.map((row) => row.prize))',
      '(rows) => rows.map((row) => ({ ...row, prize: 1 })).map((row) => row.prize)',
    ));

  it('leaves out what is asked of a variable with the member', () =>
    excuses(
      '(rows) => rows.map(({ prize }) => prize ?? 0)',
      '(rows) => rows.map(({ prize: p }) => (p === undefined ? 0 : p))',
      '(rows) => rows.map((row) => { const { prize } = row; return isNaN(prize) ? 0 : prize; })',
      '(rows) => rows.map((row) => { const p = row.prize; if (!p) return 0; return p * 2; })',
      '(rows) => rows.map((row) => { switch (row.prize) { case undefined: return 1; default: return 2; } })',
      '(rows) => rows.flatMap((row) => (row.prize instanceof Array ? row.prize : []))',
      '(rows) => rows.map(({ prize, ...others }) => others)',
    ));

  it('leaves out all where rows may get members from elsewhere', () =>
    excuses(
      '(rows) => { addPrize(rows); return rows.map((row) => row.prize * 2); }',
      '(rows) => { for (const row of rows) addPrize(row); return rows.map((row) => row.prize * 2); }',
      '(rows) => { rows.forEach(addPrize); return rows.map((row) => row.prize * 2); }',
      '(rows) => { rows.forEach((row) => addPrize(row)); return rows.map((row) => row.prize * 2); }',
      '(rows) => { taxed && addPrize(rows); return rows.map((row) => row.prize * 2); }',
      '(rows) => (addPrize(rows), rows.map((row) => row.prize * 2))',
      '(rows) => { let row = rows[0], sum = 0; while (row.price) { sum += row.prize * 2; row = next(row); } return { sum }; }',
      '(rows) => { let all = rows; const add = () => { all = all.map(addPrize); }; add(); return all.map((row) => row.prize * 2); }',
      'async (rows) => { await addPrize(rows); return rows.map((row) => row.prize * 2); }',
      '(rows) => { for (const row of rows) row[name] = 1; return rows.map((row) => row.prize * 2); }',
      '(rows) => { const prize = 1; rows[0] = { prize }; return rows.map((row) => row.prize * 2); }',
      '(rows) => { const prize = 1; rows.push({ prize }); return rows.at(-1).prize * 2; }',
      '(rows) => { const prize = 1; return rows.map((row) => Object.assign(row, { prize }).prize * rows[0].prize); }',
      '(rows) => { for (const row of rows) [row.prize] = prizes(row); return rows.map((row) => row.prize * 2); }',
      '(rows) => { for (const row of rows) ({ p: row.prize } = of(row)); return rows.map((row) => row.prize * 2); }',
      '(rows) => { let [a, b] = rows; [a, b] = [other, b]; return a.prize * 2; }',
    ));

  it('finds what is read beside calls whose results are taken, and what is logged', () =>
    reads(
      '(rows) => { console.log(rows); const n = count(rows); return rows.map((row) => row.prize * n); }',
      '(rows) => { let best = rows[0]; for (const row of rows) if (row.prize > best.prize) best = row; return best.prize * 2; }',
      '(rows) => { rows.forEach((row) => { sum(row.prize * 2); }); return rows.map((row) => row.prize); }',
    ));

  it('looks at rows alone', () =>
    excuses(
      '(rows, options) => rows.map(() => options.prize)',
      '(rows) => rows.map((row) => other.prize)',
      '(rows) => { let row = rows[0]; row = other(); return { a: row.prize }; }',
      '(rows) => { const row = other(rows[0]); return { a: row.prize }; }',
      '(rows) => rows.map((rows) => 1).map((n) => n.prize)',
      '(rows) => list.map((row) => row.prize)',
      '(rows) => rows.length + rows.prize',
      'class { method(rows) { return rows[0].prize; } }',
      'function () { [native code] }',
    ));

  it('gives up on code that is nested too deeply', () => {
    for (let terms = 1000; terms < 20_000; terms += 1000) {
      const text = `(rows) => rows.map((row) => ${'row.prize + '.repeat(terms)}0)`;
      assert.ok(membersOfRows(text).length <= 1);
    }
  });
});
