import http from "node:http";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningApi, startApi } from "./api.fixture.ts";

const V1 = "/api/v1";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

test("a body that is larger than it says is cut off at the limit, and the engine lives on", async () => {
  const status = await new Promise<number>((resolve, reject) => {
    const request = http.request({
      port: api.port,
      method: "POST",
      path: `${V1}/manifest`,
      headers: { "content-type": "application/json" },
      agent: false,
    });
    request.on("response", (response) => {
      resolve(response.statusCode ?? 0);
      request.destroy();
    });
    request.on("error", reject);
    const chunk = Buffer.alloc(64 * 1024, 0x20);
    const pour = () => {
      while (!request.destroyed && request.write(chunk));
    };
    request.on("drain", pour);
    pour();
  });
  expect(status).toBe(413);
  expect(await api.send("GET", "/healthz")).toMatchObject({ status: 200 });
});

describe("YAML that is meant to hurt is refused in time", () => {
  const hostile: readonly (readonly [name: string, text: string])[] = [
    ["deep sequences on one line", "- ".repeat(100_000)],
    ["deep brackets", "[".repeat(100_000)],
    ["aliases", "a: &a [1]\nb: *a\n"],
    ["a key twice", "services: {}\nservices: {}\n"],
    ["two documents", "services: {}\n---\nservices: {}\n"],
    ["a tag", "services: !!js/function x\n"],
    ["ten seconds of errors", `[${",".repeat(1_000_000)}]`],
  ];
  test.each(hostile)("%s", async (_, body) => {
    const answer = api.send("POST", `${V1}/manifest`, { body, headers: { "content-type": "application/yaml" } });
    // Meanwhile everybody else is served.
    expect(await api.send("GET", "/healthz")).toMatchObject({ status: 200 });
    expect(await answer).toMatchObject({ status: 400, body: { code: "input.malformed" } });
  });
});
