import { describe, expect, test } from "vitest";
import type { Service } from "@/lib/client/index.ts";
import { callersOf } from "./callers-of.ts";

const registered = (name: string, requirements: Record<string, string>) =>
  ({ name, versions: [{ version: "1.0.0", requirements }] }) as unknown as Service;

const seen = {
  services: [{ name: "checkout" }, { name: "payments" }],
  edges: [
    { from: "checkout", to: "payments" },
    { from: "ingress", to: "payments" },
    { from: "payments", to: "checkout" },
  ],
};

describe("who meets a service", () => {
  test("those that call it and those that require it, each once", () => {
    const services = [registered("checkout", { payments: "^2" }), registered("billing", { payments: "^2" }), registered("cart", {})];
    expect(callersOf("payments", seen, services)).toEqual(["billing", "checkout"]);
  });

  test("is not known before both the traffic and the registry are", () => {
    expect(callersOf("payments", null, [])).toBeNull();
    expect(callersOf("payments", seen, null)).toBeNull();
    expect(callersOf("payments", { services: [], edges: [] }, [])).toEqual([]);
  });
});
