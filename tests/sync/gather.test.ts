import { expect, it } from "vitest";
import { gather } from "../../src/sync/gather.ts";

it("makes the calls that come while one runs together, each with its own answer and asked after it came", async () => {
  const batches: number[][] = [];
  let state = "before";
  const look = gather(async (inputs: number[]) => {
    batches.push(inputs);
    const seen = state;
    await new Promise((resolve) => setTimeout(resolve, 5));
    return inputs.map((input) => `${input} ${seen}`);
  });
  const first = look(1);
  state = "after";
  const later = [look(2), look(3)];
  expect(await Promise.all([first, ...later])).toEqual(["1 before", "2 after", "3 after"]);
  expect(batches).toEqual([[1], [2, 3]]);
});

it("tells a failure to those whose call it was, and goes on", async () => {
  const look = gather(async (inputs: number[]) => {
    if (inputs.includes(1)) throw new Error("no");
    return inputs;
  });
  const [first, second] = [look(1), look(2)];
  await expect(first).rejects.toThrow("no");
  expect(await second).toBe(2);
  expect(await look(3)).toBe(3);
});

it("runs as many at once as it is told, and gathers the calls that come meanwhile", async () => {
  const batches: number[][] = [];
  const ends: (() => void)[] = [];
  const save = gather(
    async (inputs: number[]) => {
      batches.push(inputs);
      await new Promise<void>((end) => ends.push(end));
      return inputs;
    },
    { atOnce: 2 },
  );
  const calls = [1, 2, 3, 4].map((input) => save(input));
  expect(batches).toEqual([[1], [2]]);
  ends[1]?.();
  await calls[1];
  await Promise.resolve();
  expect(batches).toEqual([[1], [2], [3, 4]]);
  ends[0]?.();
  ends[2]?.();
  expect(await Promise.all(calls)).toEqual([1, 2, 3, 4]);
});
