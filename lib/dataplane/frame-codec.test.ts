import { expect, test } from "vitest";
import { encodeFrame, FrameDecoder } from "./frame-codec.ts";

const MESSAGES = [{ kind: "a", text: "grüße 😀" }, {}, { kind: "b", list: [1, 2, 3] }];

test("frames are read alike however their bytes are split", () => {
  const bytes = Buffer.concat(MESSAGES.map(encodeFrame));
  const readings = Array.from({ length: bytes.length }, (_, at) => {
    const decoder = new FrameDecoder();
    return [...decoder.push(bytes.subarray(0, at)), ...decoder.push(bytes.subarray(at))];
  });
  const single = new FrameDecoder();
  readings.push([...bytes].flatMap((byte) => single.push(Buffer.from([byte]))));
  expect(readings).toEqual(readings.map(() => MESSAGES));
});

test("a frame over the limit is refused by its length alone", () => {
  expect(() => new FrameDecoder().push(Buffer.from([0xff, 0, 0, 0]))).toThrow("over the limit");
});
