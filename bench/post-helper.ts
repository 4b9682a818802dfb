/** A platform that sends signed messages about orders, each once, over some connections. HTTP/1.1 by hand, as cheap as can be. */
import { createHmac } from "node:crypto";
import { connect, type Socket } from "node:net";
import { quantile, serveHelper } from "./harness.ts";
import { wireOrders } from "./wire-orders.ts";

export interface PostQuestion {
  url: string;
  path: string;
  secret: string;
  /** Messages that were sent before: no two are alike. */
  sent: number;
  count: number;
  connections: number;
}

export interface PostAnswer {
  perSecond: number;
  p99: number;
}

const FIRST_ID = 800_000_000;
const texts = wireOrders(1_000).map((text) => text.replace(/^\{"id":\d+,/, ""));

if (process.send) serveHelper<PostQuestion, PostAnswer>(post);

async function post({ url, path, secret, sent, count, connections }: PostQuestion): Promise<PostAnswer> {
  const { hostname, port, host } = new URL(url);
  const requests = Array.from({ length: count }, (_, i) => {
    const body = Buffer.from(`{"id":${FIRST_ID + sent + i},${texts[i % texts.length]}`);
    const head =
      `POST ${path} HTTP/1.1\r\nhost: ${host}\r\ncontent-type: application/json\r\nx-wc-webhook-topic: order.updated\r\n` +
      `x-wc-webhook-signature: ${createHmac("sha256", secret).update(body).digest("base64")}\r\ncontent-length: ${body.length}\r\n\r\n`;
    return Buffer.concat([Buffer.from(head), body]);
  });
  const sockets = await Promise.all(Array.from({ length: connections }, () => open(hostname, Number(port))));
  const latencies: number[] = [];
  let next = 0;
  const start = performance.now();
  await Promise.all(
    sockets.map(async (socket) => {
      for (let request = requests[next++]; request; request = requests[next++]) {
        const asked = performance.now();
        await send(socket, request);
        latencies.push(performance.now() - asked);
      }
    }),
  );
  const seconds = (performance.now() - start) / 1_000;
  for (const socket of sockets) socket.destroy();
  return { perSecond: count / seconds, p99: quantile(latencies, 0.99) };
}

function open(hostname: string, port: number): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect({ host: hostname, port, noDelay: true }, () => resolve(socket));
    socket.once("error", reject);
  });
}

/** Answers are without a body: their head is all of them. */
function send(socket: Socket, request: Buffer): Promise<void> {
  return new Promise((resolve, reject) => {
    let head = "";
    const onData = (part: Buffer) => {
      head += part.toString("latin1");
      if (!head.includes("\r\n\r\n")) return;
      socket.off("data", onData).off("close", onClose);
      if (head.startsWith("HTTP/1.1 200 ")) resolve();
      else reject(new Error(`the server answered: ${head.slice(0, 300)}`));
    };
    const onClose = () => reject(new Error("the server closed the connection"));
    socket.on("data", onData).once("close", onClose);
    socket.write(request);
  });
}
