export * from "./after-sales.ts";
export * from "./catalogue.ts";
export * from "./control.ts";
export * from "./money.ts";
export * from "./orders.ts";
export * from "./stock.ts";
export * from "./stores.ts";
