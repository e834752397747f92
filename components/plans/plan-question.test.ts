import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { newPlanHref, type PlanQuestion, planBody, planCommand, readPlanQuestion, writePlanQuestion } from "./plan-question.ts";

const named = fc.record({ service: fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/), version: fc.stringMatching(/^\d\.\d\.\d(-rc\.\d)?$/) });
const questions = fc.record({
  target: fc.array(named, { maxLength: 4 }),
  avoid: fc.array(named, { maxLength: 3 }),
  prefer: fc.constantFrom("steps", "waves", "risk"),
});

const asParams = (question: PlanQuestion) =>
  new URLSearchParams(Object.entries(writePlanQuestion(question)).filter(([, value]) => value !== ""));

describe("the question of a new plan", () => {
  test("comes back from the address as it was written", () => {
    fc.assert(
      fc.property(questions, (question) => {
        expect(readPlanQuestion(asParams(question))).toEqual(question);
      }),
    );
  });

  test("an address that asks for no plan opens no form, one that asks for none in particular opens it empty", () => {
    expect(readPlanQuestion(new URLSearchParams("prefer=risk"))).toBeNull();
    expect(readPlanQuestion(new URL(newPlanHref([]), "http://console").searchParams)?.target).toEqual([]);
    expect(writePlanQuestion(null)).toEqual({ new: "", avoid: "", prefer: "" });
  });

  test("what cannot be read is left out and the rest stays", () => {
    const params = new URLSearchParams("new=checkout@2.0.0,broken,@1.0.0,payments@&prefer=luck");
    expect(readPlanQuestion(params)).toEqual({ target: [{ service: "checkout", version: "2.0.0" }], avoid: [], prefer: "steps" });
  });

  test("body and command say the same", () => {
    const question: PlanQuestion = {
      target: [{ service: "checkout", version: "2.0.0" }],
      avoid: [{ service: "fraud", version: "0.9.0" }],
      prefer: "risk",
    };
    const avoid = [{ service: "fraud", version: "0.9.0" }];
    expect(planBody(question, "autumn")).toEqual({ target: { checkout: "2.0.0" }, avoid, prefer: "risk", reason: "autumn" });
    expect(planCommand(question, "it's time")).toBe(
      "interlock plan checkout=2.0.0 --avoid fraud@0.9.0 --prefer risk --reason 'it'\\''s time'",
    );
  });
});
