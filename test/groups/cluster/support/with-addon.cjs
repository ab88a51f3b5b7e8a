/** Loads a native addon, as packages do that bring one. There is none: bundlers look for the call alone. */
exports.load = () => require('./native.node');
