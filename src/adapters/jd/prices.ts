/** Prices in yuan: one SKU a call. Large jumps may be refused, or held until they are confirmed in the console. */
import type { PushCapability, PushItem, PushOutcome, Store } from "../../core/adapter.ts";
import { adapterError } from "../../core/errors.ts";
import { canonicalDecimal, padMoney } from "../../core/money.ts";
import { orNull } from "../../core/outcomes.ts";
import { decimalOrNull } from "../../core/wire.ts";
import { type Client, numberOf } from "./client/index.ts";
import { pushEach } from "./client/outcomes.ts";
import { CURRENCY } from "./config.ts";
import { quotaOf } from "./limits.ts";
import { isFields } from "./schemas.ts";

const METHOD = "jingdong.price.write.updateSkuJdPrice";

export function createPrices(client: Client): PushCapability {
  return {
    batch: { max: 1, groupBy: "none", complete: "item" },
    compareAndSet: false,
    quota: quotaOf(METHOD),
    set: (store, items, signal) => pushEach(items, METHOD, (item) => write(client, store, item, signal)),
    async read(store, items, signal) {
      const values: { key: string; value: string | null }[] = [];
      for (const { key, variantExternalId } of items) {
        const parameters = { skuId: numberOf(variantExternalId), field: "skuId,jdPrice" };
        const answer = await orNull(() => client.call(store, "jingdong.sku.read.findSkuById", parameters, signal));
        values.push({ key, value: isFields(answer?.sku) ? decimalOrNull().parse(answer.sku.jdPrice) : null });
      }
      return values;
    },
  };
}

async function write(
  client: Client,
  store: Store,
  { key, value, currency, variantExternalId }: PushItem,
  signal: AbortSignal,
): Promise<PushOutcome | boolean> {
  const isPrice = /^\d+(?:\.\d{1,2})?$/.test(canonicalDecimal(value) ?? "");
  if (!isPrice || (currency !== null && currency !== CURRENCY)) {
    const message = `prices are in ${CURRENCY}, with at most two digits after the point`;
    return {
      key,
      outcome: "rejected",
      error: adapterError("invalid_request", { platform: "jd", operation: METHOD, message }),
    };
  }
  const jdPrice = padMoney({ amount: value, currency: CURRENCY }).amount;
  const { success } = await client.call(
    store,
    METHOD,
    { skuId: numberOf(variantExternalId), jdPrice },
    signal,
    "keyed-write",
  );
  return success === true || success === "true";
}
