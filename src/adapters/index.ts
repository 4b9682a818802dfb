/** The platforms: one import and one key each. */
import type { Registry } from "../core/adapter.ts";
import { amazon } from "./amazon/index.ts";
import { dangdang } from "./dangdang/index.ts";
import { jd } from "./jd/index.ts";
import { medusa } from "./medusa/index.ts";
import { shopify } from "./shopify/index.ts";
import { taobao } from "./taobao/index.ts";
import { vipshop } from "./vipshop/index.ts";
import { woocommerce } from "./woocommerce/index.ts";

export const registry = {
  taobao,
  woocommerce,
  jd,
  dangdang,
  vipshop,
  medusa,
  shopify,
  amazon,
} as const satisfies Registry;

/** @public The ids that have an adapter. */
export type PlatformId = keyof typeof registry;
