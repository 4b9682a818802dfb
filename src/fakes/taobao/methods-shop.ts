/** Who the shop is, and the platform's time. */

import { pickFields } from "./fields.ts";
import type { Method } from "./method.ts";
import { nowOf } from "./store.ts";
import { toText } from "./time.ts";
import { id64 } from "./wire.ts";

export const SHOP_METHODS: readonly Method[] = [
  {
    name: "taobao.user.seller.get",
    level: "r1",
    parameters: { fields: "list!" },
    run: ({ store, fields }) => {
      const { userId, nick, type, status } = store.shop;
      const row = { user_id: id64(userId), nick, type, status, has_shop: true, has_sub_stock: true };
      return { user: pickFields(row, fields) };
    },
  },
  { name: "taobao.time.get", parameters: {}, run: ({ store }) => ({ time: toText(nowOf(store)) }) },
  { name: "taobao.appip.get", parameters: {}, run: () => ({ ip: "127.0.0.1" }) },
  { name: "taobao.top.ipout.get", parameters: {}, run: () => ({ ip_list: "127.0.0.1" }) },
];
