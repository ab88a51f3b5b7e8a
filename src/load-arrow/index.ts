/* Loads apache-arrow for all importers. Every entry point of a program or a worker imports this first. */
import './hide-concat-spreadable.js';

import { Table } from 'apache-arrow';

import './restore-symbol.js';

// Bundlers drop an import that nothing uses, since apache-arrow says that it has no side effects.
if (!Table.prototype) throw new Error('apache-arrow did not load');
