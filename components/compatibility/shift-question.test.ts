import { describe, expect, test } from "vitest";
import { type AskedSplit, readQuestion, shiftCommand, writeQuestion } from "./shift-question.ts";

describe("a question in the address", () => {
  test("what is written is read back", () => {
    const question: readonly AskedSplit[] = [
      { service: "payments", weights: { "3.0.0": 1400, "2.3.0": 8600 } },
      { service: "checkout", weights: { "2.0.0-rc.1": 10_000 } },
    ];
    expect(writeQuestion(question)).toBe("payments:3.0.0=14,2.3.0=86;checkout:2.0.0-rc.1=100");
    expect(readQuestion(writeQuestion(question))).toEqual(question);
  });

  test("what is no weight is left out", () => {
    expect(readQuestion("payments:3.0.0=lots,2.3.0=86;nonsense")).toEqual([{ service: "payments", weights: { "2.3.0": 8600 } }]);
  });

  test("a service named twice is asked about once", () => {
    expect(readQuestion("payments:3.0.0=100;payments:2.3.0=100")).toEqual([{ service: "payments", weights: { "3.0.0": 10_000 } }]);
  });

  test("an address puts nothing into the shell that the command is pasted into", () => {
    expect(shiftCommand(readQuestion("$(reboot):1.0.0=100;a b:`id`=100"))).toBe(
      "interlock can-i-shift '$(reboot)' 1.0.0=100 --change 'a b:`id`=100'",
    );
  });

  test("the command line asks the same", () => {
    expect(shiftCommand(readQuestion("payments:3.0.0=0.5,2.3.0=99.5;checkout:2.0.0=100"))).toBe(
      "interlock can-i-shift payments 3.0.0=0.5 2.3.0=99.5 --change checkout:2.0.0=100",
    );
  });
});
