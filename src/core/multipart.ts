/** `multipart/form-data`: fields as UTF-8, files as they are. */
import { sha256, toHex } from "./crypto.ts";

export interface FileParameter {
  name: string;
  fileName: string;
  contentType: string;
  bytes: Uint8Array;
}

export function multipartBody(
  parameters: Readonly<Record<string, string>>,
  files: readonly FileParameter[],
): { contentType: string; body: Uint8Array } {
  // Follows from the content, so that it cannot stand inside it by chance.
  const boundary = `tallyport-${toHex(sha256(JSON.stringify(parameters) + files.map((file) => file.fileName).join())).slice(0, 32)}`;
  const encoder = new TextEncoder();
  const parts: Uint8Array[] = [];
  for (const [name, value] of Object.entries(parameters))
    parts.push(
      encoder.encode(
        `--${boundary}\r\nContent-Disposition: form-data; name="${name}"\r\nContent-Type: text/plain; charset=UTF-8\r\n\r\n${value}\r\n`,
      ),
    );
  for (const file of files) {
    const fileName = file.fileName.replace(/[^\w.-]/g, "_");
    parts.push(
      encoder.encode(
        `--${boundary}\r\nContent-Disposition: form-data; name="${file.name}"; filename="${fileName}"\r\nContent-Type: ${file.contentType}\r\n\r\n`,
      ),
      file.bytes,
      encoder.encode("\r\n"),
    );
  }
  parts.push(encoder.encode(`--${boundary}--\r\n`));
  const body = new Uint8Array(parts.reduce((size, part) => size + part.byteLength, 0));
  let at = 0;
  for (const part of parts) {
    body.set(part, at);
    at += part.byteLength;
  }
  return { contentType: `multipart/form-data; boundary=${boundary}`, body };
}
