/** The sales job of the benchmark: `node sales.js sales items out`; jobs/sales.py is the same with pandas. */
import type { Table } from 'apache-arrow';
import { reduceMemory, scan, writeDataset } from 'apply-parallel';
import { salesFeatures } from '../../examples/sales-features.js';
import type { Sales } from '../../examples/sales-histories.js';
import type { Items } from '../../examples/sales-model.js';

const [salesFile, itemsFile, path] = process.argv.slice(2);
const read = async (file: string): Promise<Table> => (await scan(file)).read();
const [sales, items] = (await Promise.all([read(salesFile), read(itemsFile)])) as [Sales, Items];
const features = await salesFeatures(sales, items);
await writeDataset(reduceMemory(features), { path, ifExists: 'replace' });
