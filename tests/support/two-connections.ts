/** Ends the name of a test that PGlite, which has one connection, cannot run. */
export const TWO_CONNECTIONS = " (two connections)";
