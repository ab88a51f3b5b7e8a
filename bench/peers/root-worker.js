/** A worker file for Piscina: one call. */
export default (x) => Math.sqrt(x);
