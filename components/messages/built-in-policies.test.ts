import { expect, test } from "vitest";
import { BUILT_IN_POLICIES, describePolicy } from "@/lib/policy/index.ts";
import { builtInPolicyMessages } from "./built-in-policies.ts";

test("every policy that comes with Interlock has its name and sentence, in English the engine's", () => {
  const engine = BUILT_IN_POLICIES.map((policy) => [
    policy.id.replace("built-in-", ""),
    { name: policy.name, sentence: describePolicy(policy) },
  ]);
  expect(builtInPolicyMessages.en).toEqual(Object.fromEntries(engine));
});
