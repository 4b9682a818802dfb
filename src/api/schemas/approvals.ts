import { z } from "zod";
import { APPROVAL_KINDS } from "../../core/stock/approvals.ts";
import { instant, instantOrNull, int, listQuery, text, textOrNull, uuid } from "./common.ts";

const STATUSES = ["waiting", "confirmed", "withdrawn"] as const;

export const approvalQuery = listQuery({ status: z.enum(STATUSES).optional() });

export const approvalSchema = z
  .object({
    id: uuid,
    kind: z.enum(APPROVAL_KINDS),
    actor: text.meta({ description: "Who asked for it." }),
    status: z.enum(STATUSES),
    rows: int,
    ended: int.meta({ description: "Live offers that it would set to zero." }),
    on_sale: int.meta({ description: "Live offers that sold something then." }),
    created_at: instant,
    decided_at: instantOrNull,
    decided_by: textOrNull,
  })
  .meta({ id: "Approval" });

export const approvalDoneSchema = z.object({ id: uuid, status: z.enum(STATUSES), done: int, rejected: int });

export const guardSchema = z
  .strictObject({
    percent: z.number().int().min(0).max(100),
    offers: z.number().int().min(1).max(1_000_000),
  })
  .meta({ id: "ZeroGuard" });
