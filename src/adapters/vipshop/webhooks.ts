/** Changes are polled. */
import { absent } from "../../core/adapter.ts";
import { DOCS } from "./config.ts";

export const webhooks = absent(
  "no messages come from the platform: MessageService takes them only from the caller; polling finds all",
  DOCS,
);
