/** `explain`: why stores show of a SKU what they show, and of a variant what it costs, in sentences. */
import { InputError } from "../../core/errors.ts";
import { withBackend } from "../backend.ts";
import type { Cli, Define } from "../cli.ts";
import { type ExplainedStock, tellStock } from "../explain-text.ts";
import { type ExplainedPrice, tellPrice } from "../price-text.ts";

const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const define: Define = (program, cli) => {
  program
    .command("explain")
    .description("why stores show of a SKU what they show: what lies where, who holds it, rule by rule")
    .argument("<what>", "a SKU, or the id of a variant")
    .action((what: string) => explain(cli, what));
};

/** Explains a SKU, or the one that a variant is mapped to. */
export async function explain(cli: Cli, what: string): Promise<void> {
  await withBackend(cli, async (backend) => {
    let sku = what;
    if (UUID.test(what)) {
      const offers = await backend.list<{ sku: string | null }>(`/v1/offers?variant=${what}`);
      const mapped = offers.find((offer) => offer.sku !== null)?.sku;
      if (!mapped)
        throw new InputError(
          "not_found",
          `No variant ${what} shows stock of ours: it is not there, or mapped to no SKU.`,
          {
            status: 404,
          },
        );
      sku = mapped;
    }
    const explained = await backend.get<ExplainedStock>(`/v1/stock/${encodeURIComponent(sku)}/explain`);
    if (sku === what) return cli.output.result(explained, () => tellStock(explained));
    explained.offers = explained.offers.filter((offer) => offer.variant_id === what.toLowerCase());
    const price = await backend.get<ExplainedPrice>(`/v1/prices/${what}/explain`).catch((error: unknown) => {
      // Its platform takes no prices, or the listing shows none.
      if (error instanceof InputError && error.status === 404) return null;
      throw error;
    });
    const tell = () => [tellStock(explained), ...(price === null ? [] : [tellPrice(price)])].join("\n\n");
    cli.output.result({ ...explained, price }, tell);
  });
}
