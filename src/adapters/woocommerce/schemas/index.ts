/** Payloads that are read. Unknown fields pass: the document is kept whole beside what is read of it. */
export * from "./file.ts";
export * from "./helpers.ts";
export * from "./order.ts";
export * from "./product.ts";
export * from "./row.ts";
export * from "./site.ts";
