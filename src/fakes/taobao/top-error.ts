/** The platform's refusals: a numeric code of the gateway and a `sub_code` of the service behind it. */

const MESSAGES: Readonly<Record<number, string>> = {
  3: "Upload Fail",
  7: "App Call Limited",
  9: "Http Action Not Allowed",
  10: "Service Currently Unavailable",
  11: "Insufficient isv permissions",
  15: "Remote service error",
  21: "Missing Method",
  22: "Invalid Method",
  23: "Invalid Format",
  24: "Missing Signature",
  25: "Invalid Signature",
  26: "Missing Session",
  27: "Invalid Session",
  28: "Missing App Key",
  29: "Invalid App Key",
  30: "Missing Timestamp",
  31: "Invalid Timestamp",
  32: "Missing Version",
  33: "Invalid Version",
  40: "Missing Required Arguments",
  41: "Invalid Arguments",
  50: "Remote service error",
};

export class TopError extends Error {
  readonly code: number;
  readonly msg: string;
  readonly subCode: string | undefined;
  readonly subMsg: string | undefined;

  constructor(code: number, subCode?: string, subMsg?: string) {
    const msg = MESSAGES[code] ?? "Remote service error";
    super(`${code} ${subCode ?? msg}`);
    this.code = code;
    this.msg = msg;
    this.subCode = subCode;
    this.subMsg = subMsg;
  }
}

/** A refusal by the business behind the gateway. */
export function refusal(subCode: string, subMsg: string): TopError {
  return new TopError(15, subCode, subMsg);
}

export function missingParameter(name: string): TopError {
  return new TopError(40, `isv.missing-parameter:${name}`, `parameter ${name} is required`);
}

export function invalidParameter(name: string, problem: string): TopError {
  return new TopError(41, `isv.invalid-parameter:${name}`, problem);
}

/** A refusal by script: a bare code, a bare sub code, or both with a blank between. */
export function scriptedError(code: string, message: string | undefined): TopError {
  const both = /^(\d+)[ :/](.+)$/.exec(code);
  if (both !== null) return new TopError(Number(both[1]), both[2], message);
  if (/^\d+$/.test(code)) return new TopError(Number(code), undefined, message);
  if (code.startsWith("accesscontrol."))
    return new TopError(7, code, message ?? "This ban will last for 1 more seconds");
  if (/session/.test(code)) return new TopError(27, code, message);
  return refusal(code, message ?? "scripted");
}
