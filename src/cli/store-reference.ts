/** A store as a person names it: by id, or by name where that is one store's alone. */
import { InputError } from "../core/errors.ts";
import type { Backend } from "./backend.ts";
import type { StoreView } from "./views.ts";

export async function findStore(backend: Pick<Backend, "listStores">, reference: string): Promise<StoreView> {
  const stores = await backend.listStores();
  const byId = stores.find((store) => store.id === reference);
  if (byId) return byId;
  const named = stores.filter((store) => store.name.toLowerCase() === reference.toLowerCase());
  // A disconnected store gives its name free.
  const connected = named.length > 1 ? named.filter((store) => store.mode !== "disconnected") : named;
  if (connected.length === 1 && connected[0]) return connected[0];
  if (named.length > 1)
    throw new InputError(
      "store_ambiguous",
      `${named.length} stores are called "${reference}": name one by its id (${named.map((store) => store.id).join(", ")}).`,
    );
  const known = stores.map((store) => `"${store.name}"`).join(", ");
  throw new InputError(
    "store_not_found",
    `There is no store "${reference}". ${known === "" ? "None is connected yet: tallyport stores add --help" : `Connected: ${known}.`}`,
    { status: 404 },
  );
}
