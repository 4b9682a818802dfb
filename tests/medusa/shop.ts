/** A shop in a real Medusa, made and looked at by the platform's own client alone. */
import client from "@medusajs/js-sdk";
import { ADMIN } from "./server.ts";

/** Its types are those of another module system than its code. */
const Medusa = client as unknown as typeof client.default;
const ADDRESS = {
  first_name: "Ada",
  last_name: "Probe",
  address_1: "12 Example St",
  city: "New York",
  province: "NY",
  postal_code: "10001",
  country_code: "us",
  phone: "+15550100",
};
const PROVIDER = "pp_system_default";
const ORDER_FIELDS =
  "+currency_code,+email,*items,*shipping_methods,*fulfillments,*fulfillments.labels,*payment_collections.payments";

export type Shop = Awaited<ReturnType<typeof givenShop>>;

/** A shop with a tax of 8.25 %, two locations, and tees in two sizes: 25 of each, and regional and foreign prices beside. */
export async function givenShop(baseUrl: string) {
  const sdk = new Medusa({ baseUrl, auth: { type: "jwt", jwtTokenStorageMethod: "memory" } });
  await sdk.auth.login("user", "emailpass", ADMIN);
  const { admin } = sdk;
  const key = await admin.apiKey.create({ title: "tallyport", type: "secret" });
  const published = await admin.apiKey.create({ title: "shop", type: "publishable" });
  const { sales_channel: channel } = await admin.salesChannel.create({ name: "Web" });
  await admin.apiKey.batchSalesChannels(published.api_key.id, { add: [channel.id] });
  const { stores } = await admin.store.list();
  await admin.store.update(stores[0]?.id ?? "", {
    supported_currencies: [{ currency_code: "usd", is_default: true }, { currency_code: "eur" }],
    default_sales_channel_id: channel.id,
  });
  const { region } = await admin.region.create({
    name: "US",
    currency_code: "usd",
    countries: ["us"],
    payment_providers: [PROVIDER],
  });
  await admin.taxRegion.create({
    country_code: "us",
    provider_id: "tp_system",
    default_tax_rate: { rate: 8.25, name: "Sales tax", code: "sales" },
  });
  const locations: string[] = [];
  for (const name of ["A", "B"]) {
    const { stock_location: at } = await admin.stockLocation.create({
      name,
      address: { address_1: "1 Dock", country_code: "us" },
    });
    await admin.stockLocation.updateSalesChannels(at.id, { add: [channel.id] });
    await admin.stockLocation.updateFulfillmentProviders(at.id, { add: ["manual_manual"] });
    locations.push(at.id);
  }
  const [first = "", second = ""] = locations;
  await admin.stockLocation.createFulfillmentSet(first, { name: "Parcels", type: "shipping" });
  const made = await admin.stockLocation.retrieve(first, { fields: "*fulfillment_sets" });
  const { fulfillment_set: zones } = await admin.fulfillmentSet.createServiceZone(
    made.stock_location.fulfillment_sets?.[0]?.id ?? "",
    { name: "US", geo_zones: [{ type: "country", country_code: "us" }] },
  );
  const { shipping_profiles: profiles } = await admin.shippingProfile.list();
  const profile = profiles[0]?.id ?? "";
  const { shipping_option: option } = await admin.shippingOption.create({
    name: "Std",
    service_zone_id: zones.service_zones[0]?.id ?? "",
    shipping_profile_id: profile,
    provider_id: "manual_manual",
    price_type: "flat",
    type: { label: "Std", description: "Standard", code: "std" },
    prices: [{ currency_code: "usd", amount: 5 }],
  });
  const prices = [
    { currency_code: "usd", amount: 49.5 },
    { currency_code: "eur", amount: 45.99 },
    { currency_code: "usd", amount: 47, rules: { region_id: region.id } },
  ];
  const { product } = await admin.product.create({
    title: "Merino Tee",
    status: "published",
    shipping_profile_id: profile,
    options: [{ title: "Size", values: ["S", "M"] }],
    sales_channels: [{ id: channel.id }],
    variants: ["S", "M"].map((size) => ({
      title: size,
      sku: `TEE-${size}`,
      manage_inventory: true,
      options: { Size: size },
      prices,
    })),
  });
  const { inventory_items: items } = await admin.inventoryItem.list({ order: "sku" });
  for (const item of items)
    await admin.inventoryItem.batchUpdateLevels(item.id, {
      create: [{ location_id: first, stocked_quantity: 25 }],
    });
  const [medium] = items;
  await admin.inventoryItem.batchUpdateLevels(medium?.id ?? "", {
    create: [{ location_id: second, stocked_quantity: 3 }],
  });

  const store = new Medusa({ baseUrl, publishableKey: published.api_key.token });
  const variantOf = (sku: string): string => product.variants?.find((variant) => variant.sku === sku)?.id ?? "";

  return {
    key: key.api_key.token,
    /** A buyer's order, with its money reserved; answers its id. */
    async buy(pieces: Readonly<Record<string, number>>): Promise<string> {
      const lines = Object.entries(pieces).map(([sku, quantity]) => ({ variant_id: variantOf(sku), quantity }));
      const { cart } = await store.store.cart.create({
        region_id: region.id,
        email: "ada@example.test",
        items: lines,
        shipping_address: ADDRESS,
        billing_address: ADDRESS,
      });
      await store.store.cart.addShippingMethod(cart.id, { option_id: option.id });
      const { cart: whole } = await store.store.cart.retrieve(cart.id);
      await store.store.payment.initiatePaymentSession(whole, { provider_id: PROVIDER });
      const bought = await store.store.cart.complete(cart.id);
      if (bought.type !== "order") throw new Error(`nothing was bought: ${bought.error.message}`);
      return bought.order.id;
    },
    order: async (id: string) => (await admin.order.retrieve(id, { fields: ORDER_FIELDS })).order,
    async capture(id: string): Promise<void> {
      await admin.payment.capture(await paymentOf(id), {});
    },
    async refund(id: string, amount: number): Promise<void> {
      await admin.payment.refund(await paymentOf(id), { amount, note: "by hand" });
    },
    /** One piece of a line that was sent comes back, and is received. */
    async takeBack(id: string): Promise<string> {
      const { order } = await admin.order.retrieve(id, { fields: "*items,*items.detail" });
      const sent = order.items.find(({ detail }) => detail.shipped_quantity > 0);
      const pieces = [{ id: sent?.id ?? "", quantity: 1 }];
      const { return: back } = await admin.return.initiateRequest({ order_id: id, location_id: first });
      await admin.return.addReturnItem(back.id, { items: pieces });
      await admin.return.confirmRequest(back.id, {});
      await admin.return.initiateReceive(back.id, {});
      await admin.return.receiveItems(back.id, { items: pieces });
      await admin.return.confirmReceive(back.id, {});
      return back.id;
    },
    /** What may still be sold of a SKU, by location. */
    async available(sku: string): Promise<Record<string, number>> {
      const { inventory_items: found } = await admin.inventoryItem.list({ sku, fields: "*location_levels" });
      const levels = (found[0]?.location_levels ?? []).map((level): [string, number] => [
        level.location_id === first ? "A" : "B",
        (level.stocked_quantity ?? 0) - (level.reserved_quantity ?? 0),
      ]);
      return Object.fromEntries(levels.sort());
    },
    /** All prices of a SKU, with the region that one is for. */
    async prices(sku: string): Promise<string[]> {
      const { variant } = await admin.product.retrieveVariant(product.id, variantOf(sku), {
        fields: "*prices,*prices.price_rules",
      });
      const told = (variant?.prices ?? []).map(
        (price) =>
          `${price.amount} ${price.currency_code}${Object.keys((price as { rules?: object }).rules ?? {}).length > 0 ? " in a region" : ""}`,
      );
      return told.sort();
    },
  };

  async function paymentOf(id: string): Promise<string> {
    const { order } = await admin.order.retrieve(id, { fields: "*payment_collections.payments" });
    return order.payment_collections?.[0]?.payments?.[0]?.id ?? "";
  }
}
