/** The public face of `@nearkey/server`. */
export {};
