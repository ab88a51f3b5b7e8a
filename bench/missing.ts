/** A peer is not installed on this machine. The message names what, and how to get it. */
export class Missing extends Error {}
