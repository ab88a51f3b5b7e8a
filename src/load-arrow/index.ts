/* Loads apache-arrow for those that import it. Comes first wherever a program or a worker enters this package. */
import './hide-spreadable.js';

import 'apache-arrow';

import './show-spreadable.js';
