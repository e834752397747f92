import fc from "fast-check";
import { expect, test } from "vitest";
import type { ProxyMessage } from "../../model/index.ts";
import { createFrameReader, encodeFrame } from "./frames.ts";

test("messages arrive whole and in order, wherever the bytes are cut", () => {
  const ack = fc.nat().map((version): ProxyMessage => ({ kind: "ack", version }));
  const nack = fc.string().map((detail): ProxyMessage => ({ kind: "nack", version: 1, code: "x", detail }));
  fc.assert(
    fc.property(
      fc.array(fc.oneof(ack, nack), { maxLength: 8 }),
      fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1 }),
      (messages, cuts) => {
        const bytes = Buffer.concat(messages.map(encodeFrame));
        const reader = createFrameReader();
        const read: unknown[] = [];
        for (let at = 0, turn = 0; at < bytes.length; turn++) {
          const end = at + (cuts[turn % cuts.length] ?? 1);
          const pushed = reader.push(bytes.subarray(at, end));
          read.push(...(pushed.ok ? pushed.value : [pushed.error]));
          at = end;
        }
        expect(read).toEqual(messages);
      },
    ),
  );
});

test.each([
  ["over the limit", Buffer.from([0, 0, 1, 0]), /over the limit/],
  ["no JSON", Buffer.from([0, 0, 0, 1, 0x7b]), /not a JSON object/],
  ["JSON, but no object", Buffer.from([0, 0, 0, 1, 0x31]), /not a JSON object/],
])("a frame that is %s ends the conversation", (_, bytes, expected) => {
  const pushed = createFrameReader(() => 255).push(bytes);
  expect(pushed.ok ? "" : pushed.error).toMatch(expected);
});
