/** What `cargo xtask` tells the tests. */
declare const process: { env: Record<string, string | undefined> };
