/** Calls of the API, in this process or over HTTP. Refusals come back as the errors that they were. */
import { InputError } from "../core/errors.ts";

export interface ApiClient {
  call<T>(method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE", path: string, options?: CallOptions): Promise<T>;
  /** The body of an answer, part by part. */
  stream(path: string, write: (part: Uint8Array) => Promise<void>): Promise<void>;
  /** All pages of a list. */
  list<T>(path: string): Promise<T[]>;
}

export interface CallOptions {
  body?: unknown;
  /** A body as it is, and its media type (default: bytes). */
  bytes?: Uint8Array;
  type?: string;
}

export interface ApiTarget {
  url: string;
  key: string;
  fetch(request: Request): Response | Promise<Response>;
  signal: AbortSignal;
}

interface Problem {
  code?: string;
  detail?: string;
  errors?: { path: string; message: string }[];
}

const LIST_LIMIT = 200;

export function createApiClient(target: ApiTarget): ApiClient {
  const send = async (method: string, path: string, options: CallOptions = {}): Promise<Response> => {
    const headers: Record<string, string> = { authorization: `Bearer ${target.key}` };
    const init: RequestInit = { method, headers, signal: target.signal };
    if (options.bytes !== undefined) {
      headers["content-type"] = options.type ?? "application/octet-stream";
      init.body = options.bytes as Uint8Array<ArrayBuffer>;
    } else if (options.body !== undefined) {
      headers["content-type"] = "application/json";
      init.body = JSON.stringify(options.body);
    }
    const answer = await reach(target, new Request(`${target.url}${path}`, init));
    if (!answer.ok) throw await problemOf(answer);
    return answer;
  };
  const call: ApiClient["call"] = async <T>(method: string, path: string, options?: CallOptions) => {
    const answer = await send(method, path, options);
    return (answer.status === 204 ? null : await answer.json()) as T;
  };
  return {
    call,
    async stream(path, write) {
      const answer = await send("GET", path);
      for await (const part of answer.body ?? []) await write(part);
    },
    async list<T>(path: string) {
      const items: T[] = [];
      for (let cursor: string | null = null; ; ) {
        const query: string = `limit=${LIST_LIMIT}${cursor === null ? "" : `&cursor=${encodeURIComponent(cursor)}`}`;
        const page: { data: T[]; next: string | null } = await call(
          "GET",
          `${path}${path.includes("?") ? "&" : "?"}${query}`,
        );
        items.push(...page.data);
        if (page.next === null) return items;
        cursor = page.next;
      }
    },
  };
}

async function reach(target: ApiTarget, request: Request): Promise<Response> {
  try {
    return await target.fetch(request);
  } catch (cause) {
    if (target.signal.aborted || !(cause instanceof TypeError)) throw cause;
    throw new InputError(
      "server_unreachable",
      `The server of this data folder does not answer at ${target.url}. If it is still starting or stopping, try again in a moment; if it hangs, stop its process; if it is long gone, remove server.json from the folder.`,
      { cause },
    );
  }
}

async function problemOf(answer: Response): Promise<InputError> {
  const text = await answer.text();
  let problem: Problem = {};
  try {
    problem = JSON.parse(text) as Problem;
  } catch {
    // Not one of ours: a proxy, or another program on the port.
  }
  const { code = "server_error", detail = `The server answered ${answer.status}.`, errors = [] } = problem;
  const places = errors.map(({ path, message }) => `\n  ${path ? `${path}: ` : ""}${message}`);
  // A prettified message names the places already.
  const shown = errors.some(({ message }) => detail.includes(message)) ? [] : places;
  return new InputError(code, `${detail}${shown.join("")}`, { status: answer.status, issues: errors });
}
