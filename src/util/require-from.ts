/**
 * Returns a `require` that finds packages as the file at `from` would. Bundlers follow `createRequire` where
 * they see it imported, and would pack or cut off what is found when the program runs.
 */
export const requireFrom = (from: string | URL): NodeJS.Require =>
  process.getBuiltinModule('node:module').createRequire(from);
