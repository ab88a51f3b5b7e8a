import { parentPort, workerData } from 'node:worker_threads';
import { roundTrip } from './round-trip.mjs';

const refused = await roundTrip(() => parentPort.postMessage('never')).catch((error) => error.code);
parentPort.postMessage([await roundTrip(() => workerData.rate), refused]);
process.exit();
