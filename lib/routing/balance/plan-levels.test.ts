import { expect, test } from "vitest";
import { DEFAULT_TRAFFIC_POLICY, type FailoverStep, type NodeName, type Version } from "../../model/index.ts";
import { endpoint } from "./members.fixture.ts";
import { planLevels } from "./plan-levels.ts";

const V1 = "1.0.0" as Version;
const V2 = "2.0.0" as Version;
const ENDPOINTS = [
  endpoint("a1", { zone: "a" }),
  endpoint("a2", { zone: "a", node: "n9" as NodeName }),
  endpoint("b1", { zone: "b" }),
  endpoint("c1", { node: "c" as NodeName }),
  endpoint("d1", { zone: "d" }),
  // In no level of any test here: it gets no requests.
  endpoint("starting", { zone: "a", standby: true }),
  endpoint("old", { zone: "a", version: V2 }),
];

function levels(
  zonePreference: boolean,
  failover: readonly FailoverStep[],
  { zone = "a", mayMeet = (_: Version): boolean => true, version = V1 } = {},
) {
  const policy = { loadBalancing: { ...DEFAULT_TRAFFIC_POLICY.loadBalancing, zonePreference }, failover };
  return planLevels({ version, endpoints: ENDPOINTS, zone, policy, mayMeet }).map(
    ({ kind, endpoints }) => `${kind}: ${endpoints.map(({ id }) => id.slice(11)).join(" ")}`,
  );
}

test.each<[string, readonly string[], readonly string[]]>([
  ["without a policy all instances of the version are preferred, wherever they are", levels(false, []), ["preferred: a1 a2 b1 c1 d1"]],
  [
    "zone preference puts the caller's zone first, the node being the zone of what has none",
    levels(true, [], { zone: "c" }),
    ["preferred: c1", "zone: a1 a2 b1 d1"],
  ],
  [
    "zones come in the order of the steps, zones nobody named after them",
    levels(true, [
      { kind: "zone", zone: "d" },
      { kind: "zone", zone: "b" },
    ]),
    ["preferred: a1 a2", "zone: d1", "zone: b1", "zone: c1"],
  ],
  [
    "without zone preference a named zone is the second choice",
    levels(false, [{ kind: "zone", zone: "b" }]),
    ["preferred: a1 a2 c1 d1", "zone: b1"],
  ],
  [
    "another version comes last, wherever its step stands",
    levels(true, [
      { kind: "version", version: V2 },
      { kind: "zone", zone: "b" },
    ]),
    ["preferred: a1 a2", "zone: b1", "zone: c1 d1", "version: old"],
  ],
  [
    "a version that the caller must not meet is no way out",
    levels(false, [{ kind: "version", version: V2 }], { mayMeet: (version) => version !== V2 }),
    ["preferred: a1 a2 b1 c1 d1"],
  ],
  [
    "the version itself is no step, and a step named twice is one",
    levels(false, [
      { kind: "version", version: V1 },
      { kind: "version", version: V2 },
      { kind: "version", version: V2 },
    ]),
    ["preferred: a1 a2 b1 c1 d1", "version: old"],
  ],
  ["a zone without instances leaves no empty level", levels(true, [], { zone: "nowhere" }), ["zone: a1 a2 b1 c1 d1"]],
  [
    "a version without instances goes straight to the next",
    levels(false, [{ kind: "version", version: V2 }], { version: "9.0.0" as Version }),
    ["version: old"],
  ],
])("%s", (_, found, expected) => {
  expect(found).toEqual(expected);
});
