export { applyRemote, streamRemote } from './apply-remote.js';
