/** Acts of platforms that know wholes alone: a listing goes on and off the shelf whole, an order ships once. */
import { CONFIRM_SHIPMENT, LISTING_STATE } from "./act-inputs.ts";
import type { ActCapability, ActOutcome, ConfirmShipmentInput, ListingStateInput, Store } from "./adapter.ts";
import { isAdapterError } from "./errors.ts";
import { type outcomesOf, refusable } from "./outcomes.ts";

type Refuse = ReturnType<typeof outcomesOf>["refuse"];

/** `perform` is idempotent. */
export function wholeListingAct(
  refuse: Refuse,
  operation: string,
  perform: (store: Store, listingExternalId: string, signal: AbortSignal) => Promise<ActOutcome>,
): ActCapability<ListingStateInput> {
  return {
    input: LISTING_STATE,
    idempotent: true,
    perform: (store, { input: { listingExternalId, variantExternalId } }, signal) =>
      refusable(async () =>
        variantExternalId === null
          ? perform(store, listingExternalId, signal)
          : refuse("invalid_request", operation, "a listing goes on and off whole: set the variant's quantity to 0"),
      ),
  };
}

export interface OneShipment<Order> {
  operation: string;
  read(store: Store, orderId: string, signal: AbortSignal): Promise<Order | null>;
  /** Whether the order has left as was asked: then nothing is sent. */
  isDone(order: Order, input: ConfirmShipmentInput): boolean;
  /** Why the call would be wrong, or null. */
  refusal(order: Order, input: ConfirmShipmentInput, store: Store): string | null;
  send(store: Store, order: Order, input: ConfirmShipmentInput, signal: AbortSignal): Promise<void>;
  done(orderId: string): ActOutcome;
}

/** Looks before it sends; a state that forbids the call may be the one that was wanted, and is looked at again. */
export function shipOnce<Order>(refuse: Refuse, one: OneShipment<Order>): ActCapability<ConfirmShipmentInput> {
  const { operation } = one;
  const doneFor = ({ orderExternalId }: ConfirmShipmentInput) => one.done(orderExternalId);
  const standing = async (store: Store, input: ConfirmShipmentInput, signal: AbortSignal) => {
    const order = await one.read(store, input.orderExternalId, signal);
    return order && one.isDone(order, input) ? doneFor(input) : null;
  };
  return {
    input: CONFIRM_SHIPMENT,
    idempotent: false,
    perform: (store, { input }, signal) =>
      refusable(async () => {
        const order = await one.read(store, input.orderExternalId, signal);
        if (!order) return refuse("not_found", operation, `order ${input.orderExternalId} does not exist`);
        if (one.isDone(order, input)) return doneFor(input);
        const reason = one.refusal(order, input, store);
        if (reason !== null) return refuse("conflict", operation, reason);
        try {
          await one.send(store, order, input, signal);
        } catch (error) {
          const isState = isAdapterError(error) && error.category === "conflict";
          const found = isState ? await standing(store, input, signal) : null;
          if (!found) throw error;
          return found;
        }
        return doneFor(input);
      }),
    findEffect: (store, { input }, signal) => standing(store, input, signal),
  };
}

/** Pieces of a line that a shipment holds; one without lines holds all that was ordered. */
export const piecesOf = (lines: ConfirmShipmentInput["lines"], lineId: string, ordered: number): number =>
  lines.length === 0
    ? ordered
    : lines.reduce((sum, line) => sum + (line.orderLineExternalId === lineId ? line.quantity : 0), 0);
