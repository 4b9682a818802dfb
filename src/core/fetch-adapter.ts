/**
 * How the HTTP library reaches `fetch`: one request, the whole body up to a limit. The library's own adapter of that name
 * wraps every request in a second one and every answer in two streams, which costs more than the call itself.
 */

/** What of the library's configuration matters here. */
interface Config {
  method?: string | undefined;
  url?: string | undefined;
  headers: { toJSON(): Record<string, unknown> };
  data?: unknown;
  signal?: unknown;
  maxContentLength?: number | undefined;
}

/**
 * Sends, follows no redirect, and answers with the body's bytes. Throws what `fetch` throws, and an error that says
 * `maxContentLength` where the body is longer.
 */
export async function fetchAdapter<C extends Config>(config: C) {
  const { url = "", method = "get", data, signal, maxContentLength = Number.POSITIVE_INFINITY } = config;
  const response = await fetch(url, {
    method: method.toUpperCase(),
    headers: headersOf(config.headers.toJSON()),
    redirect: "manual",
    ...(data === undefined || data === null ? {} : { body: data as string | Uint8Array }),
    ...(signal instanceof AbortSignal ? { signal } : {}),
  });
  const headers = Object.fromEntries(response.headers);
  return {
    data: await readBody(response, headers, maxContentLength),
    status: response.status,
    statusText: response.statusText,
    headers,
    config,
  };
}

/** What is `false` is not sent. */
function headersOf(all: Record<string, unknown>): Record<string, string> {
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(all))
    if (value !== false && value !== null && value !== undefined) headers[name] = String(value);
  return headers;
}

async function readBody(response: Response, headers: Record<string, string>, most: number): Promise<Uint8Array> {
  if (!response.body) return new Uint8Array(0);
  const told = headers["content-length"];
  if (told !== undefined && Number(told) > most) {
    response.body.cancel().catch(() => {});
    throw tooLong(most);
  }
  // The transport sees to it that no more comes than was told; what is packed grows.
  if (told !== undefined && headers["content-encoding"] === undefined)
    return new Uint8Array(await response.arrayBuffer());
  const parts: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (let part = await reader.read(); !part.done; part = await reader.read()) {
    length += part.value.byteLength;
    if (length > most) {
      reader.cancel().catch(() => {});
      throw tooLong(most);
    }
    parts.push(part.value);
  }
  const [only] = parts;
  if (only && parts.length === 1) return only;
  const bytes = new Uint8Array(length);
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.byteLength;
  }
  return bytes;
}

// Nobody waits for the rest to be called off: a transport may let that take as long as the rest.
const tooLong = (most: number) => new Error(`maxContentLength size of ${most} exceeded`);
