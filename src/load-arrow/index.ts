/* Loads apache-arrow for those that import it. Comes first wherever a program or a worker enters this package. */
import './hide-concat-spreadable.js';

import 'apache-arrow';

import './restore-symbol.js';
