/** The failure script: what a fake is told to do instead of answering well, one step per call. */

export interface FaultAnswer {
  /** Default 503, or 200 when `html` is given. */
  status?: number;
  headers?: Record<string, string>;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as a web page, as firewalls and crashed hosts do. */
  html?: string;
  /** The platform's own error code; the fake wraps it in the platform's envelope. */
  code?: string;
  message?: string;
  /** True: the work is done before this answer is given. */
  applied?: boolean;
}

export interface FaultDelay {
  /** For calls: the answer waits. For outgoing deliveries: due that much later by the fake's clock. */
  delayMs: number;
}

export interface FaultTimes {
  /** Outgoing deliveries only: sent this many times in the same instant. */
  times: number;
}

/**
 * One step. `ok`: as usual. `timeout`: no work, no answer until the caller gives up. `cut`: the work is done and the
 * answer lost. `reset`: no work and the connection lost. `drop` (outgoing deliveries): never sent. `last` (outgoing
 * deliveries): put behind all others.
 */
export type FaultStep = "ok" | "timeout" | "cut" | "reset" | "drop" | "last" | FaultAnswer | FaultDelay | FaultTimes;

export interface FaultRule {
  steps: readonly FaultStep[];
  /** True: starts again at the first step for ever. */
  repeat?: boolean;
}

export interface Faults {
  add(operation: string, steps: readonly FaultStep[], options?: { repeat?: boolean }): void;
  /** Takes the next step of the operation: its own script first, then the longest `prefix.*`, then `*`. */
  next(operation: string): FaultStep;
  clear(): void;
}

const WORDS = new Set(["ok", "timeout", "cut", "reset", "drop", "last"]);

/** Creates an empty script. */
export function createFaults(): Faults {
  const queues = new Map<string, { steps: FaultStep[]; repeat: boolean; at: number }[]>();

  const take = (name: string): FaultStep | undefined => {
    const rules = queues.get(name);
    while (rules !== undefined && rules.length > 0) {
      const rule = rules[0];
      const step = rule?.steps[rule.at];
      if (rule === undefined || step === undefined) {
        rules.shift();
        continue;
      }
      rule.at += 1;
      if (rule.at === rule.steps.length && rule.repeat) rule.at = 0;
      return step;
    }
    return undefined;
  };

  return {
    add(operation, steps, options = {}) {
      const rules = queues.get(operation) ?? [];
      rules.push({ steps: [...steps], repeat: options.repeat ?? false, at: 0 });
      queues.set(operation, rules);
    },
    next(operation) {
      if (queues.size === 0) return "ok";
      for (const name of namesOf(operation)) {
        const step = take(name);
        if (step !== undefined) return step;
      }
      return "ok";
    },
    clear: () => queues.clear(),
  };
}

/**
 * Reads a script from JSON: `{ "orders.list": [{ "status": 503 }, "timeout"], "stock.set": { "repeat": true,
 * "steps": ["ok", "ok", "cut"] } }`. Throws a TypeError that names the wrong place.
 */
export function parseFaultScript(script: unknown): Record<string, FaultRule> {
  if (!isRecord(script)) throw new TypeError("a fault script is an object of operation: steps");
  const rules: Record<string, FaultRule> = {};
  for (const [operation, value] of Object.entries(script)) {
    const list = Array.isArray(value) ? value : isRecord(value) ? value.steps : undefined;
    if (!Array.isArray(list)) throw new TypeError(`${operation}: expected a list of steps`);
    const steps = list.map((step, index) => parseStep(step, `${operation}[${index}]`));
    rules[operation] = { steps, repeat: isRecord(value) && value.repeat === true };
  }
  return rules;
}

function parseStep(step: unknown, place: string): FaultStep {
  if (typeof step === "string" && WORDS.has(step)) return step as FaultStep;
  if (!isRecord(step)) throw new TypeError(`${place}: unknown step ${JSON.stringify(step)}`);
  if (typeof step.delayMs === "number") return { delayMs: step.delayMs };
  if (typeof step.times === "number") return { times: step.times };
  const answer: FaultAnswer = {};
  if (typeof step.status === "number") answer.status = step.status;
  if (typeof step.html === "string") answer.html = step.html;
  if (typeof step.code === "string") answer.code = step.code;
  if (typeof step.message === "string") answer.message = step.message;
  if (typeof step.applied === "boolean") answer.applied = step.applied;
  if ("body" in step) answer.body = step.body;
  if (isRecord(step.headers)) {
    answer.headers = Object.fromEntries(Object.entries(step.headers).map(([name, value]) => [name, String(value)]));
  }
  if (answer.status === undefined && answer.html === undefined && answer.code === undefined) {
    throw new TypeError(`${place}: a step needs status, html, code, delayMs or times`);
  }
  return answer;
}

function namesOf(operation: string): string[] {
  const parts = operation.split(".");
  const prefixes = parts.slice(0, -1).map((_, index) => `${parts.slice(0, parts.length - 1 - index).join(".")}.*`);
  return [operation, ...prefixes, "*"];
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
