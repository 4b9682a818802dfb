/**
 * Rows of lists and files: which of them is a record, and by what name and version. A row that is none is a document all
 * the same, of a form that does not map: it is set aside with its reason, and a person sees it.
 */
import type { RawDocument, Reference } from "../../../core/adapter.ts";
import { sha256, toHex } from "../../../core/crypto.ts";
import { localToInstant } from "../../../core/local-time.ts";
import { storable } from "../../../core/storable-text.ts";
import { decodeEntities } from "./helpers.ts";

const NO_RECORD_FORM = "no-record@wc/v3";
const MAX_ID_LENGTH = 64;

export type Fields = Record<string, unknown>;

/** Says why a value is not the record that was expected; null where it is. */
export type ProblemOf = (value: unknown) => string | null;

/** Why a value cannot be a record's id; null where it can. */
export function idProblem(id: unknown): string | null {
  if (id === undefined || id === null || id === "") return "it has no id";
  if (typeof id !== "string" && typeof id !== "number") return "its id is neither a number nor text";
  const text = String(id).trim();
  if (text.length > MAX_ID_LENGTH) return `its id is longer than ${MAX_ID_LENGTH} characters`;
  if (/^[+-]?[\d.]+(?:e[+-]?\d+)?$/i.test(text))
    return /^0*[1-9]\d*$/.test(text) ? null : "its id is no whole number above zero";
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  return /[\u0000-\u0020\u007f]/.test(text) || !text.isWellFormed() ? "its id holds characters that no id has" : null;
}

/** As `idProblem`, of a whole row. */
export function rowProblem(value: unknown): string | null {
  if (value === null) return "it is null";
  if (typeof value !== "object" || Array.isArray(value)) return "it is no JSON object";
  const { id, code, message, request, status } = value as Fields;
  if (id !== undefined) return idProblem(id);
  if (typeof code === "string" && typeof message === "string") return `it is an error answer, ${code.slice(0, 80)}`;
  if (typeof request === "object" && typeof status === "number") return `it is a recorded answer of HTTP ${status}`;
  return "it has no id";
}

/** Id, change time and version of a row whose id is one. Fields that cannot be read count as absent here. */
export function referenceOf(row: unknown, versionFields: readonly string[]): Reference {
  const fields = row as Fields;
  const changed = scalar(fields.date_modified_gmt);
  return {
    externalId: String(fields.id).trim(),
    sourceUpdatedAt: changed === null ? null : localToInstant(changed.trim(), "UTC"),
    sourceVersion: storable([changed ?? "", ...versionFields.map((name) => versionPart(fields[name]))].join("/")),
  };
}

function versionPart(value: unknown): string {
  return decodeEntities(scalar(value) ?? "").trim();
}

function scalar(value: unknown): string | null {
  if (typeof value === "number") return Number.isSafeInteger(value) ? String(value) : null;
  return typeof value === "string" && value.trim() !== "" ? value : null;
}

/** A document of a row that is no record. `row` is its place in a file; the place in a list means nothing later. */
export function noRecord(value: unknown, row: string | null = null): RawDocument {
  const hash = toHex(sha256(`${row ?? ""}\n${JSON.stringify(value)}`)).slice(0, 24);
  return {
    externalId: row === null ? listedId(value, hash) : `row:${hash}`,
    ...(row === null ? {} : { via: { row } }),
    sourceUpdatedAt: null,
    sourceVersion: null,
    form: NO_RECORD_FORM,
    payload: value,
  };
}

/** A list names each id once; a file may hold an order and a product of one id. */
function listedId(value: unknown, hash: string): string {
  return rowProblem(value) === null ? String((value as Fields).id).trim() : `row-without-id:${hash}`;
}

/** True for documents of `noRecord`. */
export function isNoRecord(raw: RawDocument): boolean {
  return raw.form === NO_RECORD_FORM;
}

/** Throws the reason of a document of `noRecord`. `what` names the record that was expected ("order"). */
export function refuseNoRecord(raw: RawDocument, what: string, problemOf: ProblemOf): never {
  throw new Error(`${placeOf(raw)}is no ${what}: ${problemOf(raw.payload) ?? "it was not one when it was read"}`);
}

function placeOf({ via }: RawDocument): string {
  if (via?.line !== undefined) return `line ${via.line} `;
  return via?.row === undefined ? "" : `row ${via.row} `;
}
