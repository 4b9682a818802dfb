/** What an explanation of stock says, in sentences. Pure. */
import { instantText as instant } from "./instant-text.ts";

export interface ExplainedStock {
  sku: string;
  parts: {
    sku: string;
    quantity: number;
    safety_stock: number;
    set_apart: number;
    retired: boolean;
    levels: { location: string; on_hand: number; reserved: number; counts: boolean }[];
    orders: { number: string; held: number; oversold: number }[];
    held_by_others: number;
    campaigns: { title: string; held: number; ends_at: string }[];
  }[];
  offers: {
    store: string;
    place: string | null;
    variant_id: string;
    listing_external_id: string;
    variant_external_id: string;
    locations: string[] | null;
    steps: { rule: string; figure: number | null; quantity: number }[];
    shows: number;
    desired: number | null;
    desired_at: string | null;
    cause: string | null;
    confirmed: number | null;
    confirmed_at: string | null;
  }[];
}

/** Orders that are named in one sentence. */
const NAMED = 12;

export function tellStock({ sku, parts, offers }: ExplainedStock): string {
  const isBundle = parts.length !== 1 || parts[0]?.sku !== sku;
  const lines = isBundle
    ? [`${sku} is a bundle of ${parts.map((part) => `${part.quantity} × ${part.sku}`).join(", ")}.`]
    : [];
  for (const part of parts) lines.push(...tellPart(part));
  if (offers.length === 0) lines.push(`No store sells ${sku}.`);
  for (const offer of offers) lines.push("", ...tellOffer(offer));
  return lines.join("\n");
}

function tellPart(part: ExplainedStock["parts"][number]): string[] {
  const { sku, levels, orders, campaigns } = part;
  const lines = levels.map(
    ({ location, on_hand, reserved, counts }) =>
      `${sku}: ${on_hand} on hand at ${location}, ${reserved} of them reserved${counts ? "" : "; not for sale from there"}.`,
  );
  if (levels.length === 0) lines.push(`${sku} lies nowhere.`);
  if (orders.length > 0) {
    const named = orders.slice(0, NAMED).map(({ number, held, oversold }) => {
      const lacking = oversold > 0 ? `, ${oversold} of them not there` : "";
      return `${number} (${held}${lacking})`;
    });
    const left = orders.slice(NAMED).reduce((sum, order) => sum + order.held, part.held_by_others);
    lines.push(`  Reserved by order ${named.join(", ")}${left > 0 ? `, and ${left} by others` : ""}.`);
  } else if (part.held_by_others > 0)
    lines.push(`  Reserved by orders that this key does not see: ${part.held_by_others}.`);
  if (part.safety_stock > 0) lines.push(`  ${part.safety_stock} are kept back from every store as safety stock.`);
  for (const { title, held, ends_at } of campaigns)
    lines.push(`  The campaign "${title}" holds ${held} until ${instant(ends_at)}.`);
  const unnamed = part.set_apart - campaigns.reduce((sum, campaign) => sum + campaign.held, 0);
  if (unnamed > 0) lines.push(`  Campaigns that this key does not see hold ${unnamed}.`);
  if (part.retired) lines.push("  It is retired.");
  return lines;
}

function tellOffer(offer: ExplainedStock["offers"][number]): string[] {
  const where = `${offer.store}${offer.place === null ? "" : ` at ${offer.place}`}, listing ${offer.listing_external_id}`;
  const since = offer.desired_at === null ? "" : ` since ${instant(offer.desired_at)}`;
  const sent =
    offer.confirmed === null
      ? "the platform has confirmed nothing yet"
      : offer.confirmed === offer.desired
        ? `the platform confirmed it${offer.confirmed_at === null ? "" : ` at ${instant(offer.confirmed_at)}`}`
        : `the platform still shows ${offer.confirmed}`;
  const lines = [`${where}: ${offer.desired ?? "nothing"} to be shown${since}; ${sent}.`];
  let before: number | null = null;
  for (const { rule, figure, quantity } of offer.steps) {
    lines.push(`  ${tellStep(rule, figure, quantity, before, offer.locations)}`);
    before = quantity;
  }
  return lines;
}

function tellStep(
  rule: string,
  figure: number | null,
  quantity: number,
  before: number | null,
  locations: readonly string[] | null,
): string {
  const left = quantity === before ? "no change" : `${quantity} left`;
  switch (rule) {
    case "available":
      return `${quantity} available${locations === null ? "" : `, counting ${locations.join(", ") || "no location"} alone`}.`;
    case "retired":
      return "It is retired, or a part of it is: none is shown.";
    case "not_below_zero":
      return "Less than none is shown as none.";
    case "replenishable":
      return `${figure} more can be had in time: ${quantity} may be promised.`;
    case "fixed":
      return `A fixed quantity of ${figure}, as long as they are there: ${left}.`;
    case "buffer":
      return `${figure} are kept back: ${left}.`;
    case "share":
      return `${figure} % of it: ${left}.`;
    case "cap":
      return `Never more than ${figure}: ${left}.`;
    case "zero_below":
      return `Fewer than ${figure} show as none: ${left}.`;
    case "pause":
      return "It is paused: none is shown.";
    case "campaign":
      return `The campaign here holds ${figure}: ${quantity} are shown.`;
    default:
      return `${rule}${figure === null ? "" : ` ${figure}`}: ${left}.`;
  }
}
