import { randomUUID } from "node:crypto";
import http from "node:http";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { API_TOKEN, type RunningApi, registerShop, startApi } from "./api.fixture.ts";

let api: RunningApi;
let take: (lines: readonly string[], skipped: number) => void = () => {};
let followers = 0;

beforeEach(async () => {
  followers = 0;
  api = await startApi({
    logs: {
      nodeOf: (assignment) => (assignment === "run-ended" ? "node-b" : undefined),
      tail: (node, assignment, linesMax) => ({ lines: [`${node} ${assignment}`, "second"].slice(-linesMax), isCut: linesMax < 2 }),
      follow(_node, _assignment, listener) {
        take = listener;
        followers += 1;
        return () => {
          followers -= 1;
        };
      },
    },
  });
  await registerShop(api);
});

afterEach(() => api.stop());

/** A process of payments 2.1.0 on node-a, as an agent reports it. */
async function report(assignment = `run-${randomUUID()}`): Promise<string> {
  const instance = { assignment, service: "payments", version: "2.1.0", generation: 1, state: "ready", restarts: 0 };
  const headers = { "x-interlock-token": API_TOKEN };
  const answer = await api.send("POST", "/api/v1/nodes/node-a/report", { headers, body: { agentPid: 1, instances: [instance] } });
  expect(answer.status).toBe(200);
  return assignment;
}

const read = (id: string, query = "") => api.send("GET", `/api/v1/instances/${id}/logs${query}`);

describe("what a process prints", () => {
  test("is read by its instance or its assignment, as many lines as wanted", async () => {
    const assignment = await report();
    expect((await read(assignment)).body).toEqual({ assignment, node: "node-a", lines: [`node-a ${assignment}`, "second"], isCut: false });
    expect((await read(assignment, "?lines=1")).body).toMatchObject({ lines: ["second"], isCut: true });
  });

  test("is read by its assignment after it has ended, as long as it is kept", async () => {
    const ended = await read("run-ended");
    expect([ended.status, ended.body]).toMatchObject([
      200,
      { assignment: "run-ended", node: "node-b", lines: ["node-b run-ended", "second"] },
    ]);
    expect((await read("run-other")).body.code).toBe("instance.unknown");
  });

  test.each([
    ["?lines=-1", "query.lines"],
    ["?lines=2001", "query.lines"],
    ["?follow=perhaps", "query.follow"],
    ["?tail=5", "query.tail"],
  ])("is refused with %s, which is named", async (query, path) => {
    const answer = await read(await report(), query);
    expect([answer.status, answer.body.errors[0].path]).toEqual([422, path]);
  });

  test("is not here for an instance that no deployment started, nor for one that there is not", async () => {
    const { body } = await api.send("GET", "/api/v1/services/payments/instances");
    const own = await read(body.items[0].id);
    expect([own.status, own.body.code]).toEqual([404, "workload.no-output"]);
    const none = await read("nobody", "?follow=true");
    expect([none.status, none.body.code]).toEqual([404, "instance.unknown"]);
  });
});

describe("following it", () => {
  function follow(id: string) {
    let text = "";
    const request = http.get({ host: "127.0.0.1", port: api.port, path: `/api/v1/instances/${id}/logs?follow=true&lines=1`, agent: false });
    request.on("response", (response) =>
      response.on("data", (chunk: Buffer) => {
        text += chunk.toString();
      }),
    );
    request.on("error", () => {});
    return { text: () => text, leave: () => request.destroy() };
  }

  test("begins with the last lines, goes on with what is printed, and ends with its reader", async () => {
    const { leave, text } = follow(await report());
    await expect.poll(text).toContain('event: tail\ndata: {"assignment":');
    take(["third"], 0);
    await expect.poll(text).toContain('event: lines\ndata: {"lines":["third"],"skipped":0}');
    await expect.poll(text).toContain("event: heartbeat");
    leave();
    await expect.poll(() => followers).toBe(0);
  });

  test("is refused to another site's page, and to the sixty-fifth reader", async () => {
    const id = await report();
    const foreign = await api.send("GET", `/api/v1/instances/${id}/logs?follow=true`, { headers: { "sec-fetch-site": "cross-site" } });
    expect(foreign.status).toBe(403);
    const all = Array.from({ length: 64 }, () => follow(id));
    await expect.poll(() => followers).toBe(64);
    expect((await read(id, "?follow=true")).body.code).toBe("stream.too-many");
    for (const { leave } of all) leave();
    await expect.poll(() => followers).toBe(0);
  });
});
