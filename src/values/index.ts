export { classesOf, isNative, kindOfPrototype } from './classes.js';
export { bareError, ERROR_CLASSES, type ErrorRecord, hasParts, putRecord, recordOf } from './error-record.js';
export { extraKeys } from './extra-keys.js';
export { insideOf, type Kind, kindOf } from './kind.js';
export { partsOf } from './parts.js';
export { pathTo } from './path.js';
export { ViewDeserializer, ViewSerializer } from './serializer.js';
export { type Memory, VIEW_CLASSES, viewClassOf } from './views.js';
export { describeError, reviveError, type WireError } from './wire-error.js';
