/** What the platform holds of one shop, and what happens to it. Amounts are whole cents inside, decimals outside. */
import { type Clock, createBookkeeper, createRandom, seedOf } from "../fake.ts";

export interface Parcel {
  id: string;
  state: string;
  carrier: string;
  number: string | null;
  url: string | null;
  place: string;
  reference: string | null;
  shipped_at: string;
  delivered_at: string | null;
  lines: { line_id: string; quantity: number }[];
  events: { at: string; code: string; text: string; where: string }[];
}
export interface Line {
  id: string;
  listing_id: string;
  offer_id: string;
  code: string;
  title: string;
  options: string;
  quantity: number;
  price: string;
  tax: string;
}
export interface Order {
  id: string;
  number: string;
  version: string;
  state: string;
  payment: string;
  placed_at: string;
  changed_at: string;
  paid_at: string | null;
  ship_by: string | null;
  currency: string;
  total: string;
  shipping: string;
  coupon: string;
  place: string;
  memo: string | null;
  flag: string | null;
  note: string | null;
  buyer: { id: string; name: string; phone: string };
  address: { lines: string[]; city: string; postcode: string; country: string; sealed: Record<string, string> | null };
  lines: Line[];
  parcels: Parcel[];
  refunds: {
    id: string;
    amount: string;
    reason: string | null;
    state: string;
    made_at: string;
    reference: string | null;
    case_id: null;
  }[];
}
export interface Offer {
  id: string;
  code: string;
  barcode: string | null;
  options: Record<string, string>;
  price: string;
  list_price: string | null;
  batch: string;
  places: { place: string; quantity: number }[];
}
export interface Listing {
  id: string;
  version: string;
  changed_at: string;
  state: string;
  title: string;
  url: string;
  currency: string;
  /** The seller must agree to terms before it is shown again. */
  terms: boolean;
  offers: Offer[];
}
export interface Case {
  id: string;
  order_id: string;
  version: string;
  changed_at: string;
  kind: string;
  state: string;
  reason: string | null;
  amount: string;
  currency: string;
  due_at: string;
  opened_at: string;
  closed_at: string | null;
  messages: { at: string; by: string; text: string; reference: string | null }[];
}
export interface StatementPart {
  statement_id: string;
  index: number;
  last: boolean;
  from: string;
  to: string;
  currency: string;
  total: string;
  paid_out: string;
  paid_at: string;
  state: string;
  entries: { id: string; kind: string; amount: string; at: string; order_id: string | null; text: string }[];
}

export interface StoreOptions {
  clock: Clock;
  name: string;
  seed?: number;
  orders?: number;
  listings?: number;
}

const DAY_MS = 86_400_000;
const CURRENCY = "EUR";
const BUYER = "Zzbuyer";

export type Store = ReturnType<typeof createStore>;

export function createStore(options: StoreOptions) {
  const { clock } = options;
  const random = createRandom(options.seed ?? seedOf(options.name));
  const bookkeeper = createBookkeeper();
  const orders = new Map<string, Order>();
  const listings = new Map<string, Listing>();
  const cases = new Map<string, Case>();
  const parts: StatementPart[] = [];
  const jobs: { at: number; run: () => void }[] = [];
  let lastId = 9_007_199_254_740_993_000n;
  const newId = (): string => {
    lastId += 7n;
    return String(lastId);
  };
  let version = 0;
  let announce: (topic: string, fields: Record<string, string | null>) => void = () => {};

  const text = (at: Date): string => at.toISOString();
  const touch = (record: { version: string; changed_at: string }, at: Date = clock.now()): void => {
    version += 1;
    record.version = String(version);
    record.changed_at = text(at);
  };
  const changed = (order: Order, what: string, by: "buyer" | "owner" | "api", at?: Date): void => {
    touch(order, at);
    bookkeeper.append(at ?? clock.now(), {
      kind: "order_changed",
      orderId: order.id,
      what,
      status: order.state,
      total: order.total,
      by,
    });
    announce("order.changed", { object_id: order.id, order_id: null });
  };

  const addListing = (number: number, at: Date): void => {
    const listing: Listing = {
      id: newId(),
      version: "0",
      changed_at: text(at),
      state: "ON",
      title: `Goods ${number}`,
      url: `https://shop.example/g/${number}`,
      currency: CURRENCY,
      terms: number === 1,
      offers: [],
    };
    bookkeeper.append(at, { kind: "listing_added", listingId: listing.id });
    for (const size of number % 3 === 0 ? ["S", "M"] : ["One"]) {
      const quantity = random.int(20, 90);
      const offer: Offer = {
        id: newId(),
        code: `SKU-${number}-${size}`,
        barcode: null,
        options: { size },
        price: cents(random.int(500, 9000)),
        list_price: null,
        batch: `B${number}`,
        places: [
          { place: "MAIN", quantity },
          { place: "NORTH", quantity: 5 },
        ],
      };
      listing.offers.push(offer);
      bookkeeper.append(at, {
        kind: "variant_added",
        listingId: listing.id,
        variantId: offer.id,
        sku: offer.code,
        quantity: shownOf(offer),
        price: offer.price,
      });
    }
    touch(listing, at);
    listings.set(listing.id, listing);
  };

  const findOffer = (match: (offer: Offer) => boolean): { listing: Listing; offer: Offer } | null => {
    for (const listing of listings.values()) {
      const offer = listing.offers.find(match);
      if (offer) return { listing, offer };
    }
    return null;
  };

  const placeOrder = (
    wanted: { listing: Listing; offer: Offer; quantity: number }[],
    at: Date = clock.now(),
  ): Order => {
    const id = newId();
    const lines = wanted.map(
      ({ listing, offer, quantity }): Line => ({
        id: newId(),
        listing_id: listing.id,
        offer_id: offer.id,
        code: offer.code,
        title: listing.title,
        options: Object.values(offer.options).join(", "),
        quantity,
        price: offer.price,
        tax: cents(Math.round((toCents(offer.price) * quantity * 19) / 119)),
      }),
    );
    const coupon = random.chance(0.3) ? 100 : 0;
    const goods = lines.reduce((sum, line) => sum + toCents(line.price) * line.quantity, 0);
    const order: Order = {
      id,
      number: `N-${id.slice(-6)}`,
      version: "0",
      state: "READY",
      payment: "PAID",
      placed_at: text(at),
      changed_at: text(at),
      paid_at: text(at),
      ship_by: text(new Date(at.getTime() + 2 * DAY_MS)),
      currency: CURRENCY,
      total: cents(goods + 490 - coupon),
      shipping: "4.90",
      coupon: cents(coupon),
      place: "MAIN",
      memo: null,
      flag: null,
      note: random.chance(0.2) ? "please ring twice" : null,
      buyer: { id: newId(), name: `Ada ${BUYER}`, phone: "+49 30 5550123" },
      address: {
        lines: [`${BUYER} street ${random.int(1, 99)}`],
        city: "Berlin",
        postcode: "10115",
        country: "DE",
        sealed: random.chance(0.2) ? { name: "c2VhbGVk" } : null,
      },
      lines,
      parcels: [],
      refunds: [],
    };
    touch(order, at);
    orders.set(id, order);
    const booked = lines.map((line) => ({
      lineId: line.id,
      listingId: line.listing_id,
      variantId: line.offer_id,
      sku: line.code,
      quantity: line.quantity,
    }));
    bookkeeper.append(at, {
      kind: "order_placed",
      orderId: id,
      status: order.state,
      currency: CURRENCY,
      total: order.total,
      lines: booked,
      by: "buyer",
    });
    for (const { offer, quantity } of wanted) {
      bookkeeper.append(at, {
        kind: "units_sold",
        orderId: id,
        variantId: offer.id,
        sku: offer.code,
        quantity,
        shown: shownOf(offer),
      });
      let left = quantity;
      for (const [index, level] of offer.places.entries()) {
        // A forced sale goes below zero at the last place.
        const taken = index === offer.places.length - 1 ? left : Math.min(left, level.quantity);
        level.quantity -= taken;
        left -= taken;
      }
    }
    announce("order.changed", { object_id: id, order_id: null });
    return order;
  };

  const ship = (
    order: Order,
    parcel: Pick<Parcel, "carrier" | "number" | "url" | "lines" | "reference">,
    by: "owner" | "api",
    at: Date = clock.now(),
  ): Parcel => {
    const made: Parcel = {
      ...parcel,
      id: newId(),
      state: "MOVING",
      place: order.place,
      shipped_at: text(at),
      delivered_at: null,
      events: [{ at: text(at), code: "MOVING", text: "Handed over", where: "Berlin" }],
    };
    order.parcels.push(made);
    const left = order.lines.some((line) => openUnits(order, line) > 0);
    order.state = left ? "PART_SHIPPED" : "SHIPPED";
    bookkeeper.append(at, {
      kind: "shipment_made",
      shipmentId: made.id,
      orderId: order.id,
      tracking: parcel.number ?? "",
      by,
    });
    changed(order, "shipped", by, at);
    return made;
  };

  const refund = (
    order: Order,
    amount: string,
    reference: string | null,
    by: "owner" | "api",
    at: Date = clock.now(),
  ): string => {
    const id = newId();
    order.refunds.push({ id, amount, reason: null, state: "MADE", made_at: text(at), reference, case_id: null });
    order.payment = refundedOf(order) >= toCents(order.total) ? "REFUNDED" : "PART_REFUNDED";
    bookkeeper.append(at, { kind: "refund_made", refundId: id, orderId: order.id, amount, by });
    changed(order, "refunded", by, at);
    return id;
  };

  const openCase = (order: Order, at: Date = clock.now()): Case => {
    const id = newId();
    const opened: Case = {
      id,
      order_id: order.id,
      version: "0",
      changed_at: text(at),
      kind: "RETURN",
      state: "WAIT_SELLER",
      reason: "BROKEN",
      amount: order.total,
      currency: CURRENCY,
      due_at: text(new Date(at.getTime() + 3 * DAY_MS)),
      opened_at: text(at),
      closed_at: null,
      messages: [{ at: text(at), by: "BUYER", text: "It came broken", reference: null }],
    };
    touch(opened, at);
    cases.set(id, opened);
    bookkeeper.append(at, {
      kind: "dispute_opened",
      disputeId: id,
      orderId: order.id,
      status: opened.state,
      by: "buyer",
    });
    announce("case.changed", { object_id: id, order_id: order.id });
    return opened;
  };

  /** A closed week: its sales and commissions, ten entries a part. */
  const closeWeek = (from: Date, to: Date): void => {
    const sold = [...orders.values()].filter((order) => order.placed_at >= text(from) && order.placed_at < text(to));
    const entries = sold.flatMap((order) => {
      const commission = Math.round(toCents(order.total) * 0.1);
      return [
        { id: newId(), kind: "SALE", amount: order.total, at: order.placed_at, order_id: order.id, text: "sale" },
        {
          id: newId(),
          kind: "COMMISSION",
          amount: cents(-commission),
          at: order.placed_at,
          order_id: order.id,
          text: "10 %",
        },
      ];
    });
    const total = cents(entries.reduce((sum, entry) => sum + toCents(entry.amount), 0));
    const statement_id = newId();
    const count = Math.max(1, Math.ceil(entries.length / 10));
    for (let index = 0; index < count; index += 1) {
      parts.push({
        statement_id,
        index,
        last: index === count - 1,
        from: text(from),
        to: text(to),
        currency: CURRENCY,
        total,
        paid_out: total,
        paid_at: text(to),
        state: "PAID",
        entries: entries.slice(index * 10, index * 10 + 10),
      });
    }
    bookkeeper.append(to, { kind: "settlement_made", settlementId: statement_id, currency: CURRENCY, total });
  };

  const makePast = (): void => {
    const now = clock.now().getTime();
    const start = now - 28 * DAY_MS;
    const listingCount = options.listings ?? 12;
    for (let number = 1; number <= listingCount; number += 1)
      addListing(number, new Date(start - DAY_MS + number * 1000));
    const all = [...listings.values()];
    const count = options.orders ?? 25;
    for (let number = 0; number < count; number += 1) {
      const at = new Date(Math.floor(start + ((now - DAY_MS - start) * number) / Math.max(1, count)));
      const listing = random.pick(all);
      const order = placeOrder([{ listing, offer: random.pick(listing.offers), quantity: random.int(1, 2) }], at);
      const later = new Date(at.getTime() + 60_000);
      if (number % 3 !== 2)
        ship(
          order,
          {
            carrier: "UPS",
            number: `1Z${order.id}`,
            url: null,
            reference: null,
            lines: order.lines.map((line) => ({ line_id: line.id, quantity: line.quantity })),
          },
          "owner",
          later,
        );
      if (number % 5 === 1) refund(order, "1.25", null, "owner", new Date(later.getTime() + 1000));
      if (number % 6 === 3) openCase(order, new Date(later.getTime() + 2000));
    }
    for (let week = 0; week < 3; week += 1)
      closeWeek(new Date(start + week * 7 * DAY_MS), new Date(start + (week + 1) * 7 * DAY_MS));
  };

  return {
    clock,
    random,
    bookkeeper,
    orders,
    listings,
    cases,
    parts,
    newId,
    touch,
    changed,
    findOffer,
    placeOrder,
    ship,
    refund,
    openCase,
    makePast,
    /** Work that the platform does by itself, later. */
    later: (ms: number, run: () => void) => void jobs.push({ at: clock.now().getTime() + ms, run }),
    runDue: () => {
      const now = clock.now().getTime();
      for (const job of jobs.filter((candidate) => candidate.at <= now)) {
        jobs.splice(jobs.indexOf(job), 1);
        job.run();
      }
    },
    announce: (topic: string, fields: Record<string, string | null>) => announce(topic, fields),
    setAnnounce: (next: typeof announce) => {
      announce = next;
    },
  };
}

export const shownOf = (offer: Offer): number => offer.places.reduce((sum, level) => sum + level.quantity, 0);
export const refundedOf = (order: Order): number =>
  order.refunds.reduce((sum, refund) => sum + toCents(refund.amount), 0);
export const openUnits = (order: Order, line: Line): number =>
  order.parcels
    .flatMap((parcel) => parcel.lines)
    .reduce((left, part) => (part.line_id === line.id ? left - part.quantity : left), line.quantity);

export function toCents(amount: string): number {
  return Math.round(Number(amount) * 100);
}
export function cents(count: number): string {
  return `${count < 0 ? "-" : ""}${Math.floor(Math.abs(count) / 100)}.${String(Math.abs(count) % 100).padStart(2, "0")}`;
}
