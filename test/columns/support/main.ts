/** `npm run test:oracle:columns`: random cases of windows and of the helpers for columns. */
import { runRandomCases } from '../../oracle/random-cases.js';
import { helperMismatch } from './check.js';
import { drawHelperCase } from './draw-case.js';

await runRandomCases({
  server: 'columns_server.py',
  record: 'columns/cases.json',
  name: 'helperCase',
  draw: drawHelperCase,
  mismatch: helperMismatch,
});
