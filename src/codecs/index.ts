export { codecsApart } from './codecs-apart.js';
export { valueCodecs } from './value-codecs.js';
