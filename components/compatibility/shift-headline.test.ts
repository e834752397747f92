import { expect, test } from "vitest";
import type { PairReason } from "@/lib/client/index.ts";
import { shiftHeadline } from "./shift-headline.ts";

const reason = (verdict: PairReason["verdict"], ...kinds: ("declared" | "override")[]): PairReason => ({
  consumer: { service: "checkout", version: "1.0.0" },
  provider: { service: "payments", version: "3.0.0" },
  verdict,
  evidence: kinds.map((kind) => ({ kind, verdict, at: "2026-05-01T03:12:00.000Z", author: "lea", sentence: "" })),
  sentence: "",
  fix: "",
});

const broken = { verdict: "incompatible" as const, reasons: [reason("incompatible", "declared")] };

test("an answer to the question before gives no verdict", () => {
  expect(shiftHeadline({ answer: broken, isAsking: true, isSame: false })).toBe("asking");
});

test("weights in force change nothing", () => {
  expect(shiftHeadline({ answer: broken, isAsking: false, isSame: true })).toBe("same");
});

test("an override answers for a broken pair only where every broken pair has one", () => {
  const held = reason("incompatible", "declared", "override");
  expect(shiftHeadline({ answer: { ...broken, reasons: [held] }, isAsking: false, isSame: false })).toBe("overridden");
  expect(shiftHeadline({ answer: { ...broken, reasons: [held, ...broken.reasons] }, isAsking: false, isSame: false })).toBe("incompatible");
  expect(shiftHeadline({ answer: { verdict: "unknown", reasons: [reason("unknown")] }, isAsking: false, isSame: false })).toBe("unknown");
});
