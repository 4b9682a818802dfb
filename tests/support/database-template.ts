/** What the setup of a run prepares: a migrated database, of which tests make copies. */
export type DatabaseTemplate =
  | { engine: "pglite"; dump: string }
  | { engine: "postgres"; url: string; database: string };

declare module "vitest" {
  interface ProvidedContext {
    template: DatabaseTemplate;
  }
}
