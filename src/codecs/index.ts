export { codecsApart, codecsElsewhere } from './codecs-apart.js';
export { valueCodecs } from './value-codecs.js';
