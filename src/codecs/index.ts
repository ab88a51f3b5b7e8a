export { frameCodecs } from './frame-codecs.js';
