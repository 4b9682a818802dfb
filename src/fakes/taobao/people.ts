/** Buyers and addresses. Clear names hold `Zzbuyer`, so that a leak is easy to find; answers show them masked. */

import { createHash } from "node:crypto";
import type { Random } from "../fake.ts";
import type { Buyer, Receiver } from "./types.ts";

const PLACES: readonly (readonly [string, string, string, string])[] = [
  ["浙江省", "杭州市", "余杭区", "五常街道"],
  ["广东省", "深圳市", "南山区", "粤海街道"],
  ["上海", "上海市", "浦东新区", "张江镇"],
  ["北京", "北京市", "海淀区", ""],
  // A county-level city directly under its province has a district alone.
  ["湖北省", "", "仙桃市", "干河街道"],
  ["海南省", "", "琼海市", ""],
];

export function makeBuyer(random: Random): Buyer {
  return { nick: `t${random.hex(6)}x`, openUid: `AAH${random.hex(22)}` };
}

export function makeReceiver(random: Random): Receiver {
  const [state, city, district, town] = random.pick(PLACES);
  return {
    name: `Zzbuyer${random.pick(["张三", "李四", "王五"])}`,
    mobile: `138${String(random.int(0, 99_999_999)).padStart(8, "0")}`,
    phone: random.chance(0.1) ? `0571-${random.int(80_000_000, 89_999_999)}` : "",
    state,
    city,
    district,
    town,
    address: `Zzbuyer路${random.int(1, 300)}号`,
    zip: "000000",
  };
}

/** Stands for the receiver of a shop's orders; another address has another one. */
export function oaidOf(secret: string, receiver: Receiver): string {
  const text = JSON.stringify([secret, receiver]);
  return createHash("sha256").update(text).digest("base64url").slice(0, 40);
}

/** What answers show: the first character of a name, some digits of a number. */
export function maskReceiver(receiver: Receiver): Pick<Receiver, "name" | "mobile" | "phone" | "address"> {
  return {
    name: `${[...receiver.name][0]}**`,
    mobile: receiver.mobile === "" ? "" : `${receiver.mobile.slice(0, 3)}****${receiver.mobile.slice(-4)}`,
    phone: receiver.phone === "" ? "" : "0571-********",
    address: `${[...receiver.address][0]}**路***号`,
  };
}
