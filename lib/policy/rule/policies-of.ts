import type { MeshState, Policy } from "../../model/index.ts";
import { BUILT_IN_POLICIES } from "./built-in.ts";

const SINCE_EVER = "1970-01-01T00:00:00.000Z";

const UNTOUCHED: readonly Policy[] = BUILT_IN_POLICIES.map((rule) => ({
  ...rule,
  rev: 0,
  builtIn: true,
  updatedAt: SINCE_EVER,
  updatedBy: "interlock",
}));

/** Every policy of a mesh by id: Interlock's own, as they come or as they were changed, then those of people. */
export function policiesOf({ policies }: Pick<MeshState, "policies">): ReadonlyMap<string, Policy> {
  const all = new Map(UNTOUCHED.map((policy) => [policy.id, policy]));
  for (const [id, policy] of policies) all.set(id, policy);
  return all;
}
