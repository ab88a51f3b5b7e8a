/** `npm run test:oracle:keys`: random cases of the key makers. */
import { runRandomCases } from '../../../oracle/random-cases.js';
import { keyMismatch } from './check.js';
import { drawKeyCase } from './draw-case.js';

await runRandomCases({
  server: 'key_makers_server.py',
  record: 'keys/cases.json',
  name: 'keyCase',
  draw: drawKeyCase,
  mismatch: keyMismatch,
});
