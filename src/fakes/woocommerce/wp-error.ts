/** Refusals in WordPress's envelope. */

export class WpError extends Error {
  override readonly name = "WpError";
  readonly code: string;
  readonly status: number;
  /** Sent as `data`; an object with the status unless the platform itself does otherwise. */
  readonly data: unknown;

  constructor(code: string, message: string, status: number, data?: unknown) {
    super(message);
    this.code = code;
    this.status = status;
    this.data = data ?? { status };
  }
}

/** The body of a refusal. */
export function errorBody(error: WpError): { code: string; message: string; data: unknown } {
  return { code: error.code, message: error.message, data: error.data };
}

export interface ParamFault {
  name: string;
  code: string;
  message: string;
  data?: unknown;
}

/** The refusal of one or more request parameters. */
export function invalidParams(faults: readonly ParamFault[]): WpError {
  const names = faults.map((fault) => fault.name).join(", ");
  const params = Object.fromEntries(faults.map((fault) => [fault.name, fault.message]));
  const details = Object.fromEntries(
    faults.map(({ name, code, message, data }) => [name, { code, message, data: data ?? null }]),
  );
  const data = { status: 400, params, details };
  return new WpError("rest_invalid_param", `Invalid parameter(s): ${names}`, 400, data);
}
