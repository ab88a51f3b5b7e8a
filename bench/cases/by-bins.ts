import type { Table } from 'apache-arrow';
import { bins, groupby, type KeyMaker, quantiles, shareTable } from 'apply-parallel';
import type { MakePrepared, StageCase } from '../types.js';
import { someFlights } from './flights-origin.js';

/** Minutes; python_peer.py has the same. */
const EDGES = [-1440, -30, -15, -5, 0, 5, 15, 30, 60, 120, 240, 2880];
const PARTS = 10;

/** Finds the groups: numbers to bins to places. */
const grouping =
  (by: KeyMaker | string): MakePrepared =>
  async (given) => {
    const table = shareTable(given) as Table;
    const grouped = () => (typeof by === 'string' ? groupby(table, by) : groupby(table, by));
    return { run: () => grouped().size, columns: () => ({ rows: grouped().sizes() }) };
  };

export const byBins: StageCase = {
  kind: 'stage',
  name: 'by-bins',
  title: '3M flights by bins of their delay, eleven bins of unequal width',
  keys: [],
  data: someFlights,
  stages: { 'groups of bins': grouping(bins('delay', EDGES)) },
  python: { label: 'pandas cut, groupby, size', function: 'cut' },
};

export const byQuantiles: StageCase = {
  kind: 'stage',
  name: 'by-quantiles',
  title: '3M flights by the tenths of their distances',
  keys: [],
  data: someFlights,
  stages: { 'groups of quantiles': grouping(quantiles('distance', PARTS)) },
  python: { label: 'pandas qcut, groupby, size', function: 'qcut' },
};
