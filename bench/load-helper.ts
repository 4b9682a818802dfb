/**
 * Readers of the API: connections that each ask one page after the other. It speaks HTTP/1.1 by hand, so that reading an
 * answer costs little of the processor that the server needs as well.
 */
import { connect, type Socket } from "node:net";
import { quantile, serveHelper } from "./harness.ts";

export interface LoadQuestion {
  url: string;
  key: string;
  /** Asked one after the other, by all connections together. */
  paths: string[];
  connections: number;
  ms: number;
}

export interface LoadAnswer {
  perSecond: number;
  p95: number;
  /** Of an answer, on average. */
  bytes: number;
}

if (process.send) serveHelper<LoadQuestion, LoadAnswer>(load);

async function load({ url, key, paths, connections, ms }: LoadQuestion): Promise<LoadAnswer> {
  const { hostname, port, host } = new URL(url);
  const requests = paths.map(
    (path) =>
      `GET ${path} HTTP/1.1\r\nhost: ${host}\r\nauthorization: Bearer ${key}\r\naccept: application/json\r\n\r\n`,
  );
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(hostname, Number(port))));
  const latencies: number[] = [];
  let bytes = 0;
  let next = Math.floor(Math.random() * requests.length);
  const start = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      for (let asked = start; asked < start + ms; ) {
        const length = await ask(socket, requests[next++ % requests.length] ?? "");
        const answered = performance.now();
        bytes += length;
        latencies.push(answered - asked);
        asked = answered;
      }
      socket.destroy();
    }),
  );
  const perSecond = (latencies.length / (performance.now() - start)) * 1_000;
  return { perSecond, p95: quantile(latencies, 0.95), bytes: bytes / latencies.length };
}

function open(hostname: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port, noDelay: true }, () => resolve(socket));
    socket.once("error", reject);
  });
}

/** Sends a request and answers the length of the body that came. */
function ask(socket: Socket, request: string): Promise<number> {
  return new Promise((resolve, reject) => {
    let head = "";
    let length = -1;
    let left = 0;
    const onData = (chunk: Buffer) => {
      if (length >= 0) {
        left -= chunk.length;
      } else {
        head += chunk.toString("latin1");
        const end = head.indexOf("\r\n\r\n");
        if (end < 0) return;
        length = Number(/\r\ncontent-length: (\d+)/i.exec(head.slice(0, end))?.[1] ?? Number.NaN);
        if (!head.startsWith("HTTP/1.1 200 ") || Number.isNaN(length))
          return reject(new Error(`the API answered: ${head.slice(0, 500)}`));
        left = length - (head.length - end - 4);
      }
      if (left > 0) return;
      socket.off("data", onData).off("close", onClose);
      resolve(length);
    };
    const onClose = () => reject(new Error("the API closed the connection"));
    socket.on("data", onData).once("close", onClose);
    socket.write(request);
  });
}
