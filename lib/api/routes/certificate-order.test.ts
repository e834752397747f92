import { expect, test } from "vitest";
import { comparePlaces, placeOf } from "./certificate-order.ts";

const certificate = (service: string, version: string, instance: string) => ({
  identity: `spiffe://interlock.local/service/${service}/version/${version}`,
  instance,
  proxy: "node-a",
  serial: "01",
});

test("certificates are listed by service, their versions by precedence, then by instance", () => {
  const wanted = [
    certificate("web", "0.9.0", "b"),
    certificate("web", "0.10.0-rc.1", "c"),
    certificate("web", "0.10.0", "a"),
    certificate("web", "0.10.0", "b"),
    certificate("web2", "0.1.0", "a"),
  ].map(placeOf);
  expect(wanted.toReversed().sort(comparePlaces)).toEqual(wanted);
});

test("a cursor may be any text", () => {
  for (const text of ["", " ", "x/version/nothing y", "spiffe://a/version/1.0.0"]) {
    expect(comparePlaces(text, text)).toBe(0);
    expect(Math.sign(comparePlaces(text, "zzz"))).toBe(-1);
  }
});
