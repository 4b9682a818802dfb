/** A receiver in the clear from the platform itself, for the person who asks: nothing of it is kept. */
import { isAbsent, type RevealedReceiver, type RevealPurpose } from "../core/adapter.ts";
import type { Engine } from "./engine.ts";
import { openStore } from "./store-handle.ts";

export interface RevealInput {
  storeId: string;
  orderExternalId: string;
  purpose: RevealPurpose;
}

/** The receiver, or why the platform cannot be asked. Throws `AdapterError` where it was asked and refused. */
export async function revealReceiver(
  engine: Engine,
  { storeId, orderExternalId, purpose }: RevealInput,
  signal: AbortSignal,
): Promise<RevealedReceiver | { withheld: string }> {
  const { row, handle } = await openStore(engine, storeId, "interactive");
  if (row.mode === "disconnected") return { withheld: "the store is disconnected" };
  const orders = engine.adapterOf(row.platform)?.orders;
  const receivers = orders && !isAbsent(orders) ? orders.receivers : undefined;
  if (!receivers) return { withheld: "the platform offers no way to ask for it" };
  if (isAbsent(receivers)) return { withheld: receivers.absent };
  return receivers.reveal(handle, { orderExternalId, purpose }, signal);
}
