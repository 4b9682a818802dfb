/** A connection of its own for the job engine, in the form that pg-boss wants. */
import postgres from "postgres";
import type { JobDatabase } from "../sync/jobs.ts";

/** One connection: pg-boss sends whole transactions as one text, which a pool may not spread. */
export function jobDatabase(url: string): { db: JobDatabase; close(): Promise<void> } {
  const keep = (value: unknown) => (typeof value === "string" ? value : JSON.stringify(value));
  const client = postgres(url, {
    max: 1,
    onnotice: () => {},
    connection: { application_name: "tallyport-jobs" },
    types: {
      json: { to: 114, from: [114, 3802], serialize: keep, parse: (text: string) => JSON.parse(text) as unknown },
    },
  });
  // Statements run one after the other on the single connection, transactions of several statements included.
  return {
    db: {
      executeSql: async (text, values) => {
        const params = (values ?? []).map((value) => (value === undefined ? null : value));
        const result = await client.unsafe(text, params as never[]);
        const rows = Array.isArray(result[0]) ? (result.at(-1) as unknown as unknown[]) : [...result];
        return { rows: rows ?? [] };
      },
    },
    close: () => client.end({ timeout: 5 }),
  };
}
