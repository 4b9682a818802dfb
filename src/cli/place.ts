import type { Resource } from "../core/model/vocabulary.ts";
import type { ApiClient } from "./api-client.ts";

/** Where the API is, and who does the work that it asks for. */
export interface Place {
  api: ApiClient;
  /** Reads what is due of a store, until nothing is; null where a server's workers do. */
  work: ((storeId: string, resource: Resource | null) => Promise<void>) | null;
  close(): Promise<void>;
}
