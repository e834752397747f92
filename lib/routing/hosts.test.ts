import { describe, expect, test } from "vitest";
import type { ServiceName } from "../model/index.ts";
import { createHostIndex, normaliseHost, parseHostPattern } from "./hosts.ts";

const services = [
  { name: "shop" as ServiceName, hosts: ["shop.example.com", "*.shop.example.com", "10.0.0.1"] },
  { name: "wild" as ServiceName, hosts: ["*.example.com", "payments.mesh"] },
  { name: "rest" as ServiceName, hosts: ["*"] },
  { name: "payments" as ServiceName, hosts: [] },
];
const index = createHostIndex(services);

describe("a host finds its service", () => {
  test.each([
    ["shop.example.com", "shop", "exact"],
    ["SHOP.Example.COM:8080", "shop", "without case and port"],
    ["shop.example.com.", "shop", "without the trailing dot"],
    ["shop.example.com.:443", "shop", "without trailing dot and port"],
    ["a.shop.example.com", "shop", "the longest wildcard wins over a shorter one"],
    ["a.b.shop.example.com", "shop", "a wildcard stands for several labels"],
    ["other.example.com", "wild", "the shorter wildcard takes the others"],
    ["example.com", "rest", "a wildcard stands for one label at least"],
    ["notexample.com", "rest", "a wildcard ends at a dot"],
    [".example.com", "rest", "a wildcard stands for no empty label"],
    ["payments.mesh", "payments", "the implied host cannot be claimed away"],
    ["payments.mesh:15080", "payments", "the implied host with a port"],
    ["unknown.mesh", "rest", "the catch-all takes what nobody claims"],
    ["10.0.0.1:80", "shop", "an address"],
    ["[::1]:80", "rest", "an IPv6 address"],
    ["", "rest", "nothing at all"],
    ["__proto__", "rest", "the name of a built-in"],
  ])("%s → %s: %s", (host, service) => {
    expect(index.serviceFor(host)).toBe(service);
  });

  test("without a catch-all an unclaimed host finds none", () => {
    const strict = createHostIndex(services.filter(({ name }) => name !== "rest"));
    for (const host of ["unknown.mesh", "example.com", "", "constructor"]) expect(strict.serviceFor(host)).toBeUndefined();
  });

  test("whatever the order of the services", () => {
    const turned = createHostIndex(services.toReversed());
    for (const host of ["payments.mesh", "a.shop.example.com", "x.example.com", "?"])
      expect(turned.serviceFor(host)).toBe(index.serviceFor(host));
  });
});

test("normalising twice changes nothing more", () => {
  for (const host of ["A.b.:80", "[::1]:80", "[::1]", "a", "", ".", ":80"])
    expect(normaliseHost(normaliseHost(host))).toBe(normaliseHost(host));
});

describe("a host as an operator gives it", () => {
  test.each(["shop.example.com", "*.example.com", "*", "localhost", "a-b.c1", "10.0.0.1"])("%s is accepted", (text) => {
    expect(parseHostPattern(text, "hosts.0")).toEqual({ ok: true, value: text });
  });

  test("is kept in lower case", () => {
    expect(parseHostPattern("Shop.Example.com", "hosts.0")).toEqual({ ok: true, value: "shop.example.com" });
  });

  test.each(["", "a..b", "-a.b", "a_b", "shop:80", "*.", "**", "a.*.b", "*a.b", "http://a", "a.b/", "ä.b", "a.b."])(
    "%j is refused with path and fix",
    (text) => {
      expect(parseHostPattern(text, "hosts.3")).toMatchObject({ ok: false, error: { path: "hosts.3", code: "host.invalid" } });
    },
  );
});
