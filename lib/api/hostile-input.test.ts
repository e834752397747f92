import http from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
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

describe("a request that cannot be read is refused with a problem, and the connection ends", () => {
  test.each([
    [
      "a head that is too long",
      `GET /healthz HTTP/1.1\r\nhost: 127.0.0.1\r\nx: ${"a".repeat(20_000)}\r\n\r\n`,
      431,
      "request.head-too-large",
    ],
    ["no HTTP at all", "hello\r\n\r\n", 400, "request.malformed"],
  ])("%s", async (_, bytes, status, code) => {
    const answer = await text(connect(api.port, "127.0.0.1").setEncoding("utf8").end(bytes));
    const [head = "", body = ""] = answer.split("\r\n\r\n");
    expect(head).toMatch(new RegExp(`^HTTP/1.1 ${status} .*content-type: application/problem\\+json`, "s"));
    expect(JSON.parse(body)).toMatchObject({ status, code, errors: [{ code }] });
  });
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
