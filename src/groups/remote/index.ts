export { applyRemote } from './apply-remote.js';
export { streamRemote } from './stream-remote.js';
