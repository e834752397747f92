import { readFileSync } from "node:fs";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningApi, startApi } from "./api.fixture.ts";
import { contract } from "./contract/index.ts";
import { createOpenApiDocument } from "./openapi-document.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
});
afterAll(() => api.stop());

interface Operation {
  readonly operationId: string;
  readonly responses: Record<string, unknown>;
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly required: boolean }[];
}

type Document = {
  readonly paths: Record<string, Record<string, Operation>>;
  readonly components: { readonly schemas: Record<string, unknown>; readonly responses: Record<string, unknown> };
};

const document = createOpenApiDocument("0.0.0") as unknown as Document;

test("the committed document is the served one, apart from the version: run `node lib/api/openapi-main.ts` after a change of the contract", async () => {
  const served = (await api.send("GET", "/api/v1/openapi.json")).body;
  const committed = JSON.parse(readFileSync(new URL("../../public/openapi.json", import.meta.url), "utf8"));
  expect({ ...committed, info: { ...committed.info, version: "" } }).toEqual({ ...served, info: { ...served.info, version: "" } });
});

test("every operation of the contract is in the document, under an id of its own", () => {
  const keys = Object.entries(document.paths).flatMap(([path, item]) =>
    Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
  );
  expect(keys).toEqual(expect.arrayContaining(Object.keys(contract)));
  const ids = Object.values(document.paths)
    .flatMap((item) => Object.values(item).map((operation) => operation.operationId))
    .filter(Boolean);
  expect(new Set(ids).size).toBe(ids.length);
});

test("every reference leads somewhere", () => {
  const references = [...JSON.stringify(document).matchAll(/"#\/components\/((?:schemas|responses)\/[^"]+)"/g)].map(
    (match) => match[1] ?? "",
  );
  expect(references.length).toBeGreaterThan(20);
  const { schemas, responses } = document.components;
  const present = [...Object.keys(schemas).map((name) => `schemas/${name}`), ...Object.keys(responses).map((name) => `responses/${name}`)];
  expect(references.filter((name) => !present.includes(name))).toEqual([]);
});

test("the refusals of an operation are in the document by status", () => {
  const put = document.paths["/api/v1/services/{service}/split"]?.["put"]?.responses ?? {};
  expect(Object.keys(put)).toEqual([
    "200",
    "202",
    "400",
    "403",
    "404",
    "409",
    "412",
    "413",
    "415",
    "421",
    "422",
    "423",
    "428",
    "503",
    "default",
  ]);
  expect(document.components.responses["Problem412"]).toMatchObject({ description: expect.stringContaining("precondition.failed") });
});

test("a precondition is a required If-Match, and every parameter of a path is declared", () => {
  const put = document.paths["/api/v1/services/{service}/split"]?.["put"];
  expect(put?.parameters).toEqual(
    expect.arrayContaining([
      expect.objectContaining({ name: "If-Match", in: "header", required: true }),
      expect.objectContaining({ name: "Idempotency-Key", in: "header", required: false }),
      expect.objectContaining({ name: "service", in: "path", required: true }),
      expect.objectContaining({ name: "dryRun", in: "query", required: false }),
    ]),
  );
  for (const [path, item] of Object.entries(document.paths)) {
    const declared = Object.values(item).flatMap((operation) =>
      (operation.parameters ?? []).filter((each) => each.in === "path").map((each) => each.name),
    );
    const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1]);
    expect(new Set(declared)).toEqual(new Set(inPath));
  }
});
