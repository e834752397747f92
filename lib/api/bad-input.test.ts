import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { type RunningApi, registerShop, type SendOptions, startApi } from "./api.fixture.ts";

let api: RunningApi;
beforeAll(async () => {
  api = await startApi();
  await registerShop(api);
});
afterAll(() => api.stop());

interface Case {
  readonly name: string;
  readonly request: readonly [method: string, path: string, options?: SendOptions];
  readonly status: number;
  readonly code: string;
  /** Every problem, in order: where, and which. */
  readonly errors: readonly (readonly [path: string, code: string])[];
}

const V1 = "/api/v1";
const SPLIT = `${V1}/services/payments/split`;
const FRESH = { "if-match": '"current"' };

function weights(of: Record<string, unknown>): SendOptions {
  return { body: { weights: of }, headers: FRESH };
}

const CASES: readonly Case[] = [
  {
    name: "an unknown service",
    request: ["PUT", `${V1}/services/nobody/split`, weights({ "1.0.0": 10_000 })],
    status: 404,
    code: "service.unknown",
    errors: [["service", "service.unknown"]],
  },
  {
    name: "an unknown version in the path",
    request: ["PATCH", `${V1}/services/payments/versions/9.9.9`, { body: { capacityRps: 5 }, headers: FRESH }],
    status: 404,
    code: "version.unknown",
    errors: [["version", "version.unknown"]],
  },
  {
    name: "weight on an unknown version",
    request: ["PUT", SPLIT, weights({ "9.9.9": 10_000 })],
    status: 422,
    code: "split.unknown-version",
    errors: [["weights.9.9.9", "split.unknown-version"]],
  },
  {
    name: "weights that do not sum to 10 000",
    request: ["PUT", SPLIT, weights({ "2.1.0": 9000 })],
    status: 422,
    code: "split.sum",
    errors: [["weights", "split.sum"]],
  },
  {
    name: "negative and fractional weights, all of them at once",
    request: ["PUT", SPLIT, weights({ "2.1.0": 10_000.5, "3.0.0": -1 })],
    status: 422,
    code: "split.weight",
    errors: [
      ["weights.2.1.0", "split.weight"],
      ["weights.3.0.0", "split.weight"],
    ],
  },
  {
    name: "weight on a version without a ready instance",
    request: ["PUT", SPLIT, weights({ "2.1.0": 9000, "2.2.0": 1000 })],
    status: 409,
    code: "split.no-ready-instance",
    errors: [["weights.2.2.0", "split.no-ready-instance"]],
  },
  {
    name: "an incompatible pair",
    request: ["PUT", SPLIT, weights({ "2.1.0": 9000, "3.0.0": 1000 })],
    status: 409,
    code: "compatibility.refused",
    errors: [["weights.3.0.0", "compatibility.refused"]],
  },
  {
    name: "an invalid service name",
    request: ["POST", `${V1}/services`, { body: { name: "Not A Name" } }],
    status: 422,
    code: "name.invalid",
    errors: [["name", "name.invalid"]],
  },
  {
    name: "an invalid version",
    request: ["POST", `${V1}/services/payments/versions`, { body: { version: "3" } }],
    status: 422,
    code: "version.invalid",
    errors: [["version", "version.invalid"]],
  },
  {
    name: "a version with build metadata",
    request: ["POST", `${V1}/services/payments/versions`, { body: { version: "3.2.0+build5" } }],
    status: 422,
    code: "version.build-metadata",
    errors: [["version", "version.build-metadata"]],
  },
  {
    name: "an invalid range",
    request: ["POST", `${V1}/services/payments/versions`, { body: { version: "3.2.0", requirements: { fraud: "not a range" } } }],
    status: 422,
    code: "range.invalid",
    errors: [["requirements.fraud", "range.invalid"]],
  },
  {
    name: "a requirement on itself",
    request: ["POST", `${V1}/services/payments/versions`, { body: { version: "3.2.0", requirements: { payments: "^2.0.0" } } }],
    status: 422,
    code: "requirement.self",
    errors: [["requirements.payments", "requirement.self"]],
  },
  {
    name: "a service that exists",
    request: ["POST", `${V1}/services`, { body: { name: "payments" } }],
    status: 409,
    code: "service.exists",
    errors: [["name", "service.exists"]],
  },
  {
    name: "a version that exists",
    request: ["POST", `${V1}/services/payments/versions`, { body: { version: "2.1.0" } }],
    status: 409,
    code: "version.exists",
    errors: [["version", "version.exists"]],
  },
  {
    name: "an instance at an address that is taken",
    request: ["POST", `${V1}/services/payments/instances`, { body: { version: "2.1.0", address: "127.0.0.1", port: 9001 } }],
    status: 409,
    code: "instance.exists",
    errors: [["address", "instance.exists"]],
  },
  {
    name: "an oversized body",
    request: ["POST", `${V1}/manifest`, { body: `{"services":{}${" ".repeat(1024 * 1024)}}` }],
    status: 413,
    code: "input.too-large",
    errors: [["", "input.too-large"]],
  },
  {
    name: "a wrong content type",
    request: ["POST", `${V1}/services`, { body: "name=x", headers: { "content-type": "application/x-www-form-urlencoded" } }],
    status: 415,
    code: "input.media-type",
    errors: [["headers.content-type", "input.media-type"]],
  },
  {
    name: "malformed JSON",
    request: ["POST", `${V1}/services`, { body: '{"name": "x"' }],
    status: 400,
    code: "input.malformed",
    errors: [["", "input.malformed"]],
  },
  {
    name: "JSON nested ten thousand deep",
    request: ["POST", `${V1}/services`, { body: "[".repeat(10_000) }],
    status: 400,
    code: "input.malformed",
    errors: [["", "input.malformed"]],
  },
  {
    name: "a key that no library keeps",
    request: ["PUT", SPLIT, { body: '{"weights":{"__proto__":10000}}', headers: FRESH }],
    status: 400,
    code: "input.malformed",
    errors: [["", "input.malformed"]],
  },
  {
    name: "bytes that are not UTF-8",
    request: ["POST", `${V1}/services`, { body: new Uint8Array([0x22, 0xff, 0x22]) }],
    status: 400,
    code: "input.malformed",
    errors: [["", "input.malformed"]],
  },
  {
    name: "a body of the wrong shape, with every problem",
    request: ["POST", `${V1}/services`, { body: { name: 5, hosts: "x", owner: "me" } }],
    status: 422,
    code: "input.invalid",
    errors: [
      ["name", "input.invalid"],
      ["hosts", "input.invalid"],
      ["owner", "input.unknown-field"],
    ],
  },
  {
    name: "an unknown field of a manifest, at any depth",
    request: [
      "POST",
      `${V1}/manifest`,
      {
        body: "services:\n  payments:\n    replicas: 3\n    versions:\n      2.1.0: { instances: [{ address: a, port: 1, colour: 5 }] }\nmesh: x\n",
        headers: { "content-type": "application/yaml" },
      },
    ],
    status: 422,
    code: "input.unknown-field",
    errors: [
      ["services.payments.versions.2.1.0.instances.0.colour", "input.unknown-field"],
      ["services.payments.replicas", "input.unknown-field"],
      ["mesh", "input.unknown-field"],
    ],
  },
  {
    name: "a misspelt query parameter",
    request: ["PUT", `${SPLIT}?dryrun=true`, weights({ "2.1.0": 10_000 })],
    status: 422,
    code: "input.unknown-field",
    errors: [["query.dryrun", "input.unknown-field"]],
  },
  {
    name: "a write without If-Match",
    request: ["PUT", SPLIT, { body: { weights: { "2.1.0": 10_000 } } }],
    status: 428,
    code: "precondition.required",
    errors: [["headers.if-match", "precondition.required"]],
  },
  {
    name: "a write on an old state, whatever else is wrong with it",
    request: ["PUT", SPLIT, { body: { weights: "all" }, headers: { "if-match": '"0"' } }],
    status: 412,
    code: "precondition.failed",
    errors: [["headers.if-match", "precondition.failed"]],
  },
  {
    name: "a foreign Host",
    request: ["GET", `${V1}/mesh`, { headers: { host: "evil.example:4600" } }],
    status: 421,
    code: "host.unknown",
    errors: [["headers.host", "host.unknown"]],
  },
  {
    name: "a write from a page of another site",
    request: ["POST", `${V1}/services`, { body: { name: "x" }, headers: { "sec-fetch-site": "cross-site" } }],
    status: 403,
    code: "request.cross-site",
    errors: [["headers.sec-fetch-site", "request.cross-site"]],
  },
  {
    name: "a write with a foreign Origin",
    request: ["POST", `${V1}/services`, { body: { name: "x" }, headers: { origin: "https://evil.example" } }],
    status: 403,
    code: "request.cross-site",
    errors: [["headers.origin", "request.cross-site"]],
  },
  {
    name: "a write with an opaque Origin",
    request: ["POST", `${V1}/services`, { body: { name: "x" }, headers: { origin: "null" } }],
    status: 403,
    code: "request.cross-site",
    errors: [["headers.origin", "request.cross-site"]],
  },
  {
    name: "an empty change set",
    request: ["POST", `${V1}/changes`, { body: { changes: [] } }],
    status: 422,
    code: "changes.empty",
    errors: [["changes", "changes.empty"]],
  },
  {
    name: "a kind of change that does not exist",
    request: ["POST", `${V1}/changes`, { body: { changes: [{ kind: "explode", service: "payments" }] } }],
    status: 422,
    code: "input.invalid",
    errors: [["changes.0.kind", "input.invalid"]],
  },
  {
    name: "an unknown change",
    request: ["POST", `${V1}/changes/chg-999/undo`],
    status: 404,
    code: "change.unknown",
    errors: [["id", "change.unknown"]],
  },
  {
    name: "an unknown instance",
    request: ["DELETE", `${V1}/instances/nobody-1.0.0-x`],
    status: 404,
    code: "instance.unknown",
    errors: [["id", "instance.unknown"]],
  },
  {
    name: "a heartbeat of an unknown instance",
    request: ["PUT", `${V1}/instances/nobody-1.0.0-x/heartbeat`],
    status: 404,
    code: "instance.unknown",
    errors: [["id", "instance.unknown"]],
  },
  {
    name: "a cursor that no page gave out",
    request: ["GET", `${V1}/changes?cursor=abc`],
    status: 422,
    code: "input.invalid",
    errors: [["query.cursor", "input.invalid"]],
  },
  {
    name: "a series of nothing, over no time",
    request: ["GET", `${V1}/series?metric=rps&from=yesterday`],
    status: 422,
    code: "input.invalid",
    errors: [
      ["query.from", "input.invalid"],
      ["query.service", "input.invalid"],
    ],
  },
  {
    name: "a topic that the stream does not have",
    request: ["GET", `${V1}/stream?topics=splits,weather`],
    status: 422,
    code: "input.invalid",
    errors: [["query.topics", "input.invalid"]],
  },
  {
    name: "the load of a mesh without a demo",
    request: ["PUT", `${V1}/load`, { body: { targetRps: 5 } }],
    status: 404,
    code: "route.unknown",
    errors: [["", "route.unknown"]],
  },
  { name: "an unknown path", request: ["GET", `${V1}/nothing`], status: 404, code: "route.unknown", errors: [["", "route.unknown"]] },
  {
    name: "an unknown method",
    request: ["PUT", `${V1}/services`],
    status: 405,
    code: "method.not-allowed",
    errors: [["", "method.not-allowed"]],
  },
];

/** Everything that a refused request could have changed. */
async function fingerprint(): Promise<string> {
  const manifest = await api.send("GET", `${V1}/manifest`);
  return `${api.engine.state().seq} ${manifest.text} ${api.engine.instances().length}`;
}

async function withCurrentRev(options: SendOptions | undefined): Promise<SendOptions | undefined> {
  if (options?.headers?.["if-match"] !== '"current"') return options;
  const { headers } = await api.send("GET", `${V1}/services/payments`);
  return { ...options, headers: { ...options.headers, "if-match": headers.etag ?? "" } };
}

describe("bad input is refused with its own code, path and fix, and changes nothing", () => {
  test.each(CASES)("$name", async ({ request: [method, path, options], status, code, errors }) => {
    const before = await fingerprint();
    const answer = await api.send(method, path, await withCurrentRev(options));
    expect(answer, answer.text).toMatchObject({ status, body: { status, code } });
    expect(answer.headers["content-type"]).toBe("application/problem+json");
    expect(answer.body.errors.map((error: { path: string; code: string }) => [error.path, error.code])).toEqual(errors);
    for (const error of answer.body.errors) {
      expect(error.detail).toMatch(/\S.*\.$/);
      expect(error.fix).toMatch(/^[A-Z].*\.$/);
    }
    expect(await fingerprint()).toBe(before);
  });
});

test("of two operators writing at once one wins, and the other sees the state that came of it", async () => {
  const { headers } = await api.send("GET", `${V1}/services/checkout`);
  const patch = (host: string) =>
    api.send("PATCH", `${V1}/services/checkout`, { body: { hosts: [host] }, headers: { "if-match": headers.etag ?? "" } });
  const [first, second] = (await Promise.all([patch("a.example.com"), patch("b.example.com")])).toSorted(
    (left, right) => left.status - right.status,
  );
  expect(first?.status).toBe(200);
  expect(second?.status).toBe(412);
  expect(second?.body.current).toMatchObject({ rev: first?.body.rev, state: { name: "checkout", hosts: first?.body.hosts } });
});

test("the refusal of the gate names consumer, provider, requirement, and what would make it safe", async () => {
  const { headers } = await api.send("GET", `${V1}/services/payments`);
  const refused = await api.send("PUT", SPLIT, { body: { weights: { "3.0.0": 10_000 } }, headers: { "if-match": headers.etag ?? "" } });
  const asked = await api.send("POST", `${V1}/can-i-shift`, { body: { changes: [{ service: "payments", weights: { "3.0.0": 10_000 } }] } });
  expect(refused.body.reasons).toEqual(asked.body.reasons);
  expect(refused.body.reasons[0]).toMatchObject({
    consumer: { service: "checkout", version: "1.4.0" },
    provider: { service: "payments", version: "3.0.0" },
    verdict: "incompatible",
  });
  expect(refused.body.reasons[0].sentence).toContain("^2.1.0");
});

test("a dry run refuses exactly as the real write does", async () => {
  const { headers } = await api.send("GET", `${V1}/services/payments`);
  const body = { weights: { "2.1.0": 5000, "3.0.0": 6000, "9.9.9": 1 } };
  const options = { body, headers: { "if-match": headers.etag ?? "" } };
  const [real, dry] = await Promise.all([api.send("PUT", SPLIT, options), api.send("PUT", `${SPLIT}?dryRun=true`, options)]);
  expect(dry).toMatchObject({ status: real.status, text: real.text });
  expect(real.status).toBe(422);
});

test("a console that is reached under its own name may write, and so may a program without browser headers", async () => {
  const host = `localhost:${api.port}`;
  const same = { host, origin: `http://${host}`, "sec-fetch-site": "same-origin" };
  expect(await api.send("POST", `${V1}/services`, { body: { name: "from-console" }, headers: same })).toMatchObject({ status: 201 });
  expect(await api.send("POST", `${V1}/services`, { body: { name: "from-curl" } })).toMatchObject({ status: 201 });
});
