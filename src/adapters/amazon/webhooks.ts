/** Changes are polled. */
import { absent } from "../../core/adapter.ts";
import { DOCS } from "./config.ts";

export const webhooks = absent(
  "notifications go to a queue of the operator's own AWS account (SQS or EventBridge), which is read with AWS keys and signatures; nothing is sent by HTTP: polling finds all",
  `${DOCS}/docs/notifications-api-v1-use-case-guide`,
);
