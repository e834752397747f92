import { expect, test } from "vitest";
import type { AuthorizationPolicy } from "@/lib/model/index.ts";
import { accessOf } from "./access-of.ts";

const pair = (service: string, version: string | null, rps: number) => ({
  from: { service, version },
  rps,
  requests: rps * 5,
  denied: 0,
  encrypted: 1,
});
const edges = [
  pair("cart", "1.0.0", 9),
  pair("cart", "1.0.0", 3),
  pair("cart", "2.0.0", 1),
  pair("ingress", null, 20),
  pair("mail", "1.0.0", 0),
];
const onlyNewCart: AuthorizationPolicy = { action: "allow", rules: [{ from: { services: ["cart@2.0.0"] } }] };

test("callers of now are listed by version, those that lose access first, then by traffic", () => {
  const rows = accessOf({ edges, draft: onlyNewCart, inForce: null, trustDomain: "interlock.local" });
  expect(rows.map(({ answer, caller, change, rps }) => [caller.service, caller.version, rps, answer.verdict, change])).toEqual([
    ["ingress", null, 20, "refused", "loses"],
    ["cart", "1.0.0", 12, "refused", "loses"],
    ["cart", "2.0.0", 1, "allowed", "same"],
  ]);
});

test("opening the door again shows who gains", () => {
  const rows = accessOf({ edges, draft: { action: "deny", rules: [] }, inForce: onlyNewCart, trustDomain: "interlock.local" });
  expect(rows.filter(({ change }) => change === "gains")).toHaveLength(2);
});
