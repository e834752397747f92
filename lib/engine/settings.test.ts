import { expect, test } from "vitest";
import { readDataLimit, readEgress } from "./settings.ts";

test("egress is read as pairs, in lower case, each once", () => {
  expect(readEgress(" API.example.com:443, [::1]:80,api.example.com:443,")).toEqual(["api.example.com:443", "[::1]:80"]);
  expect(readEgress(undefined)).toEqual([]);
});

test.each(["api.example.com", "host:0", "host:65536", "http://host:80", "a b:80"])("egress refuses %s and names it", (pair) => {
  expect(() => readEgress(pair)).toThrow(pair);
});

test("the data limit is in megabytes", () => {
  expect([readDataLimit(undefined), readDataLimit("0.5")]).toEqual([1024 * 1_048_576, 524_288]);
  expect(() => readDataLimit("-1")).toThrow("-1");
});
