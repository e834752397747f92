import { describe, expect, test } from "vitest";
import type { Service } from "@/lib/client/index.ts";
import { fitsFilter, nextOrder, readOrder } from "./service-order.ts";

const payments = { name: "payments", hosts: ["pay.example.com"], versions: [{ version: "3.0.0-RC.1" }] as unknown as Service["versions"] };

describe("the filter of services", () => {
  test.each([
    ["", true],
    ["PAY", true],
    ["pay 3.0.0", true],
    ["3.0.0-RC.1", true],
    ["3.0.0-rc", true],
    ["example.com", true],
    ["pay 2.0.0", false],
  ])("%j fits: %s", (filter, fits) => expect(fitsFilter(payments, filter)).toBe(fits));
});

describe("the order of services", () => {
  test("an address with no such column orders by name", () => {
    expect(readOrder("-errors")).toEqual({ column: "errors", isDescending: true });
    expect(readOrder("-nonsense")).toEqual({ column: "name", isDescending: false });
    expect(readOrder("")).toEqual({ column: "name", isDescending: false });
  });

  test("figures come from the worst on, names from A on, and a second press turns them round", () => {
    const byName = readOrder("name");
    expect(nextOrder("errors", byName)).toBe("-errors");
    expect(nextOrder("errors", readOrder("-errors"))).toBe("errors");
    expect(nextOrder("name", readOrder("-errors"))).toBe("name");
    expect(nextOrder("name", byName)).toBe("-name");
  });
});
