import { describe, expect, test } from "vitest";
import { formatBytes, formatCount, formatMs, formatRate, formatShare, formatSpan, formatWeight, wholeLeft } from "./format.ts";

const plain = (text: string) => text.replace(/[\u00a0\u202f]/g, " ");

describe("figures as text", () => {
  test.each([
    [10_000, "100 %"],
    [2500, "25 %"],
    [3333, "33.33 %"],
    [1, "0.01 %"],
    [0, "0 %"],
  ])("a weight of %i basis points is %s", (weightBp, text) => expect(plain(formatWeight(weightBp))).toBe(text));

  test.each([
    [0, "0 %"],
    [0.00001, "< 0.01 %"],
    [0.0004, "0.04 %"],
    [0.0482, "4.8 %"],
    [1, "100 %"],
  ])("a share of %f is %s, and little is never shown as nothing", (share, text) => expect(plain(formatShare(share))).toBe(text));

  test.each([
    [0, "0"],
    [0.4, "0.40"],
    [9.14, "9.1"],
    [47.6, "48"],
    [1240, "1 240"],
  ])("a rate of %f is %s", (rps, text) => expect(plain(formatRate(rps))).toBe(text));

  test.each([
    [0.84, "0.8 ms"],
    [31.4, "31 ms"],
    [1420, "1.42 s"],
  ])("%f ms are %s", (ms, text) => expect(plain(formatMs(ms))).toBe(text));

  test.each([
    [58.9 * 60_000, "58 min"],
    [40_900, "40 s"],
    [30.6 * 3_600_000, "30 h"],
  ])("of %f ms no more is left than there is: %s", (ms, text) => expect(plain(formatSpan(wholeLeft(ms)))).toBe(text));

  test("counts, spans and bytes are grouped and carry their unit", () => {
    expect(plain(formatCount(1_234_567))).toBe("1 234 567");
    expect(plain(formatSpan(1_400))).toBe("1.4 s");
    expect(plain(formatSpan(61_000))).toBe("61 s");
    expect(plain(formatSpan(7_200_000))).toBe("2 h");
    expect(plain(formatBytes(1_468_006))).toBe("1.4 MiB");
  });
});
