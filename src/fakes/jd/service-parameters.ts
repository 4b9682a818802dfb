/** Parameters that the methods of service orders have in common, as the vendor's classes declare them. */

import type { Spec } from "./method.ts";

export const WHO: Record<string, Spec> = {
  buId: "string!",
  operatePin: "string!",
  operateNick: "string!",
  extJsonStr: "string",
};
export const ONE: Record<string, Spec> = { ...WHO, serviceId: "long!", orderId: "long!" };
export const PAGED: Record<string, Spec> = { pageNumber: "string", pageSize: "string" };
export const specs = (names: string, spec: Spec): Record<string, Spec> =>
  Object.fromEntries(names.split(" ").map((name) => [name, spec]));
export const RETURN_TO = specs(
  "returnContactName returnContactTel returnContactMobile returnZipcode returnProvince returnCity returnCounty " +
    "returnVillage returnDetailAddress applyDetailIdList invoiceNo invoiceType pickPackage pickDetctPaper",
  "string",
);
export const PICK_UP = specs(
  "appendPickware pickupContactName pickupContactTel pickupContactMobile pickupZipcode pickupProvince pickupCity " +
    "pickupCounty pickupVillage pickupDetailAddress",
  "string",
);
export const WARE = specs("skuId wareName wareNum", "string");
export const CONTACT = specs(
  "customerContactName customerContactTel customerContactMobile customerZipcode customerProvince customerCity " +
    "customerCounty customerVillage customerDetailAddress warePrice",
  "string",
);
export const AUDITED: Record<string, Spec> = {
  ...ONE,
  approveNotes: "string!",
  sysVersion: "int!",
  approveReasonCid1: "int",
  approveReasonCid2: "int",
  operateRemark: "string",
};
export const CENTER: Record<string, Spec> = { deliveryCenterId: "int", deliveryCenterName: "string", storeId: "int" };

export const TIMES = (names: string): Record<string, Spec> =>
  Object.fromEntries(
    names.split(" ").flatMap((name) => [`${name}Begin`, `${name}End`].map((end): [string, Spec] => [end, "DateTime"])),
  );
export const COMMON: Record<string, Spec> = { ...WHO, serviceId: "long", orderId: "long" };
export const CUSTOMER = specs("customerPin customerName customerTel", "string");
export const WAITING: Record<string, Spec> = { customerExpect: "int", timeoutFlag: "bool", skuId: "long" };
export const CODES = specs("verificationCode expressCode", "string");

/** What the acts on received goods have in common. */
export function processed(texts: string, numbers: string): Record<string, Spec> {
  return {
    sysVersion: "int!",
    ...specs("operateRemark consigneeName consigneeTel detailAddress", "string"),
    ...specs(`provinceCode cityCode countyCode villageCode ${numbers}`.trim(), "int"),
    wareNum: "id",
    ...specs(texts, "string"),
  };
}
