export { valueCodecs } from './value-codecs.js';
