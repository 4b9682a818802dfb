/** One call: which offers it holds, and the adapter's answer to it. */
import type { PushItem, PushOutcome, PushRoute } from "../core/adapter.ts";
import type { DirtyOffer } from "../core/db/offers.ts";
import { toFailure } from "./failure.ts";
import { type CallResult, type Drain, operationOf } from "./push-drain.ts";
import type { OpenedStore } from "./store-handle.ts";

/**
 * Shares offers, most dangerous first, among at most `calls` calls. Where the platform wants one listing a call, a
 * listing is in one call at a time, also beside those that are under way.
 */
export function cutIntoCalls<Offer extends Pick<DirtyOffer, "listingExternalId" | "place">>(
  batch: PushRoute["batch"],
  offers: readonly Offer[],
  calls: number,
  listingsUnderWay: ReadonlySet<string>,
): Offer[][] {
  const isListed = batch.groupBy === "listing";
  const groupOf = (offer: Offer) =>
    isListed ? offer.listingExternalId : batch.groupBy === "place" ? (offer.place ?? "") : "";
  const made: Offer[][] = [];
  const open = new Map<string, Offer[]>();
  for (const offer of offers) {
    const group = groupOf(offer);
    if (isListed && listingsUnderWay.has(group)) continue;
    const call = open.get(group);
    if (call && call.length < batch.max) call.push(offer);
    else if (made.length < calls && !(call && isListed)) {
      const begun = [offer];
      made.push(begun);
      open.set(group, begun);
    }
  }
  return made;
}

/** Sends the values of offers in one call. Failures of the whole call are answered, not thrown, except our own. */
export async function callPlatform(
  drain: Drain,
  route: PushRoute,
  handle: OpenedStore["handle"],
  offers: readonly DirtyOffer[],
): Promise<CallResult> {
  const { engine, store, aspect } = drain;
  // One of its own for each call: none gathers the listeners of all.
  const signal = AbortSignal.any([drain.callSignal]);
  // Repeated by the client, a value is read back like any that was sent again: the first attempt may arrive last.
  const onDoubt = () => {
    for (const offer of offers) offer.wasUnknown = true;
  };
  try {
    const outcomes = await route.set({ ...handle, onDoubt }, offers.map(toItem), signal);
    return { outcomes: new Map(outcomes.map((outcome): [string, PushOutcome] => [outcome.key, outcome])) };
  } catch (cause) {
    const place = { platform: store.row.platform, operation: operationOf(aspect), storeId: store.row.id };
    return { failure: toFailure(engine, cause, place) };
  }
}

function toItem(offer: DirtyOffer): PushItem {
  return {
    key: offer.id,
    listingExternalId: offer.listingExternalId,
    variantExternalId: offer.variantExternalId,
    sellerCode: offer.sellerCode,
    codes: offer.codes,
    place: offer.place,
    value: offer.desired,
    currency: offer.currency,
    observed: offer.observed,
    idempotencyKey: `${offer.id}:${offer.desiredVersion}`,
  };
}
