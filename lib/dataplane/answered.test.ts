import { afterEach, expect, test } from "vitest";
import type { RouteRule } from "../model/index.ts";
import { type EchoMesh, openEchoMesh } from "./echo-mesh.fixture.ts";

let mesh: EchoMesh;

afterEach(() => mesh.close());

/** Requests that ended, those that an instance answered, and those of them that it failed. */
function counted(): readonly [number, number, number] {
  const { edges } = mesh.proxy.recorder.closeBatch();
  const sum = (of: (edge: (typeof edges)[number]) => number | undefined) => edges.reduce((total, edge) => total + (of(edge) ?? 0), 0);
  return [
    sum(({ statusClasses }) => statusClasses.reduce((total, count) => total + count, 0)),
    sum((edge) => edge.answered),
    sum((edge) => edge.answerFailures),
  ];
}

const aborting = { matches: [{ path: { type: "PathPrefix", value: "/fault" } }], fault: { abortStatus: 503, percent: 100 } } as RouteRule;
const moved = { matches: [{ path: { type: "PathPrefix", value: "/nobody" } }], split: { weights: { "9.0.0": 10_000 } } } as RouteRule;

test("what an instance answered is counted apart from what the proxy did: faults and versions without an instance say nothing of the pair", async () => {
  mesh = await openEchoMesh(
    ["a@1.0.0"],
    { rules: { a: [aborting, moved, { matches: [{}] } as RouteRule] } },
    {
      respond: ({ url }, response) => {
        if (url === "/ok") return false;
        response.statusCode = url === "/missing" ? 404 : 500;
        response.end();
        return true;
      },
    },
  );
  for (const path of ["/ok", "/missing", "/broken", "/fault", "/fault", "/nobody"]) await mesh.ask(path);
  expect(counted()).toEqual([6, 3, 1]);
});

test("an answer that the instance cut short is a failure of the instance", async () => {
  mesh = await openEchoMesh(
    ["a@1.0.0"],
    {},
    {
      respond: (_, response) => {
        response.writeHead(200, { "content-length": "100" });
        response.write("half");
        setImmediate(() => response.destroy());
        return true;
      },
    },
  );
  await mesh.ask("/");
  expect(counted()).toEqual([1, 1, 1]);
});
