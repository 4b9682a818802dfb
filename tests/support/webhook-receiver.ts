/** A warehouse system on this machine: takes webhooks as it is told to, and remembers what came. */
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { onTestFinished, vi } from "vitest";
import type { Clock } from "../../src/core/clock.ts";

export interface Received {
  /** By the injected clock. */
  at: Date;
  headers: Record<string, string>;
  body: string;
  // biome-ignore lint/suspicious/noExplicitAny: messages are looked at field by field
  message: any;
}

export interface Receiver {
  url: string;
  received: Received[];
  /** Connections that were opened, whatever came of them. */
  connections: number;
  /** Requests that were open at once, at most. */
  mostAtOnce: number;
  /** What the next ones are answered; 204 unless told otherwise. */
  answer: (request: Received, response: ServerResponse) => void | Promise<void>;
  status(status: number, headers?: Record<string, string>, body?: string): void;
  /** Ids of the records in the order in which their changes came. */
  ids(): string[];
  positions(): number[];
}

export async function givenReceiver(clock: Clock): Promise<Receiver> {
  let open = 0;
  const server = createServer(async (request, response) => {
    open += 1;
    receiver.mostAtOnce = Math.max(receiver.mostAtOnce, open);
    response.on("close", () => {
      open -= 1;
    });
    const body = await readAll(request);
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    const received = { at: clock.now(), headers, body, message: JSON.parse(body) };
    receiver.received.push(received);
    await receiver.answer(received, response);
  });
  server.on("connection", () => {
    receiver.connections += 1;
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  onTestFinished(async () => {
    server.closeAllConnections();
    await new Promise((resolve) => server.close(resolve));
  });
  const receiver: Receiver = {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`,
    received: [],
    connections: 0,
    mostAtOnce: 0,
    answer: (_request, response) => void response.writeHead(204).end(),
    status: (status, headers = {}, body = "") => {
      receiver.answer = (_request, response) => void response.writeHead(status, headers).end(body);
    },
    ids: () => changesOf(receiver).map((change) => change.id),
    positions: () => changesOf(receiver).map((change) => change.position),
  };
  return receiver;
}

const changesOf = ({ received }: Receiver): { id: string; position: number }[] =>
  received.flatMap(({ message }) => message.data.changes ?? []);

/** What a receiver does with the published package, at the time the message came. Throws where the signature is not right. */
export function verify(secret: string, { at, body, headers }: Received): unknown {
  vi.useFakeTimers({ toFake: ["Date"], now: at });
  try {
    return new Webhook(secret).verify(body, headers);
  } finally {
    vi.useRealTimers();
  }
}

async function readAll(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of request) parts.push(part as Buffer);
  return Buffer.concat(parts).toString("utf8");
}
