/* Loads apache-arrow for all importers. Every entry point of a program or a worker imports this first. */
import './hide-concat-spreadable.js';

import 'apache-arrow';

import './restore-symbol.js';
