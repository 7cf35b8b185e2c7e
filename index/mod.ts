/** The public face of `@nearkey/index`. */
export {};
