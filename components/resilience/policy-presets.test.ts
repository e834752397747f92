import { expect, test } from "vitest";
import { PRESETS, type PresetGroup, presetIn, presetsOf } from "./policy-presets.ts";
import { type Policy, policyOfValues, valuesOfPolicy } from "./policy-values.ts";

test("every preset is known again once it is set, and a setting of one's own is none", () => {
  for (const group of Object.keys(PRESETS) as PresetGroup[]) {
    for (const [name, settings] of presetsOf(group)) {
      const policy = policyOfValues(valuesOfPolicy({ [group]: settings } as Policy));
      expect(presetIn(group, policy)).toBe(name);
    }
  }
  expect(presetIn("timeouts", { timeouts: { requestMs: 1234 } })).toBeNull();
});
