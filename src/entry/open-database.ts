/** Opens the database: PostgreSQL, or the embedded PGlite. The only home of both drivers. */
export type { OpenDatabase } from "../core/db/database.ts";
export { openPglite, overPglite } from "./open-pglite.ts";
export { openPostgres } from "./open-postgres.ts";
