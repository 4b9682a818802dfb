/** All methods of the gateway. */

import type { Method } from "./method.ts";
import { GOODS_METHODS } from "./methods-goods.ts";
import { ORDER_METHODS } from "./methods-orders.ts";
import { RETURN_METHODS } from "./methods-returns.ts";
import { SHIPPING_METHODS } from "./methods-shipping.ts";
import { WRITE_METHODS } from "./methods-writes.ts";

const ALL = [...ORDER_METHODS, ...SHIPPING_METHODS, ...GOODS_METHODS, ...WRITE_METHODS, ...RETURN_METHODS];

/** By `name version`; by name alone where the platform names no version. */
export const METHODS: ReadonlyMap<string, Method> = new Map(
  ALL.flatMap((method) =>
    (method.versions?.map((version) => `${method.name} ${version}`) ?? [method.name]).map((key) => [key, method]),
  ),
);

export const NAMES: ReadonlySet<string> = new Set(ALL.map(({ name }) => name));
