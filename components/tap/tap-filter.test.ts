import { describe, expect, test } from "vitest";
import { commandOfFilter, filterOfUrl, NO_FILTER, queryOfFilter, tapLink, urlOfFilter } from "./tap-filter.ts";

const full = { ...NO_FILTER, service: "payments", method: "get", status: "5xx", path: "/pay", minDurationMs: "20" };

describe("the filter of a tap", () => {
  test("survives the address", () => {
    const params = new URLSearchParams(Object.entries(urlOfFilter(full)).filter(([, text]) => text !== ""));
    expect(filterOfUrl(params)).toEqual(full);
  });

  test("keeps what its place says, whatever the address does, and does not write it into the address", () => {
    const fixed = { service: "orders" };
    expect(filterOfUrl(new URLSearchParams("service=payments&status=503"), fixed)).toEqual({
      ...NO_FILTER,
      service: "orders",
      status: "503",
    });
    expect(urlOfFilter({ ...NO_FILTER, service: "orders" }, fixed)).not.toHaveProperty("service");
  });

  test("asks only for what is given, methods in upper case", () => {
    expect(queryOfFilter(full)).toEqual({ service: "payments", method: "GET", status: "5xx", path: "/pay", minDurationMs: "20" });
    expect(queryOfFilter(NO_FILTER)).toEqual({});
  });

  test("is a command and a request that show the same", () => {
    expect(commandOfFilter({ ...full, version: "2.1.0", code: "upstream.timeout" })).toEqual({
      cli: "interlock tap --service payments --service-version 2.1.0 --method GET --path /pay --status 5xx --code upstream.timeout --min-duration 20",
      method: "GET",
      path: "/api/v1/tap?service=payments&version=2.1.0&method=GET&path=%2Fpay&status=5xx&code=upstream.timeout&minDurationMs=20",
    });
    expect(commandOfFilter(NO_FILTER)).toEqual({ cli: "interlock tap", method: "GET", path: "/api/v1/tap" });
  });

  test("is a link", () => {
    expect(tapLink({ caller: "cart", service: "payments", status: "" })).toBe("/tap?caller=cart&service=payments");
    expect(tapLink({})).toBe("/tap");
  });
});
