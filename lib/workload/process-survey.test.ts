import { expect, test } from "vitest";
import { systemClock } from "../system/index.ts";
import { MarkLook } from "./life-marks.ts";
import { ProcessSurvey } from "./process-survey.ts";

test("all who ask before a look begins share it, and who asks later gets a later one", async () => {
  let looks = 0;
  const survey = new ProcessSurvey(systemClock, () => {
    looks += 1;
    return new MarkLook([]);
  });
  const first = await Promise.all(Array.from({ length: 100 }, () => survey.next()));
  expect([looks, new Set(first).size]).toEqual([1, 1]);
  const second = await survey.next();
  expect([looks, first.includes(second)]).toEqual([2, false]);
});
