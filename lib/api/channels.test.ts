import { createHmac } from "node:crypto";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { join } from "node:path";
import { afterEach, beforeEach, expect, test } from "vitest";
import { createSystemRandom, systemClock } from "../system/index.ts";
import { openTestEngine, serveTestEngine, type TestEngine } from "../testing/index.ts";

const SECRET = "s3cret-s3cret";

interface Received {
  readonly message: { readonly id: string; readonly kind: string; readonly topic: string; readonly sentence: string };
  readonly headers: IncomingMessage["headers"];
  readonly body: string;
}

/** A real receiver on a loopback port. */
class Receiver {
  readonly received: Received[] = [];
  status = 200;
  port = 0;
  readonly #waiting: (() => void)[] = [];
  readonly #server = createServer((request, response) => {
    let body = "";
    request.on("data", (chunk) => {
      body += chunk;
    });
    request.on("end", () => {
      this.received.push({ message: JSON.parse(body), headers: request.headers, body });
      response.writeHead(this.status).end(this.status === 200 ? "thanks" : "later");
      for (const look of this.#waiting) look();
    });
  });

  async listen(): Promise<void> {
    this.#server.listen(0, "127.0.0.1");
    await new Promise((resolve) => this.#server.once("listening", resolve));
    this.port = (this.#server.address() as AddressInfo).port;
  }

  close(): void {
    this.#server.closeAllConnections();
    this.#server.close();
  }

  /** Until so many messages have come. */
  async has(count: number): Promise<void> {
    const { promise, resolve } = Promise.withResolvers<void>();
    const look = () => {
      if (this.received.length >= count) resolve();
    };
    this.#waiting.push(look);
    look();
    await promise;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }
}

let receiver: Receiver;
let mesh: TestEngine;
let stopApi: () => Promise<void>;
let base: string;

beforeEach(async () => {
  receiver = new Receiver();
  await receiver.listen();
  await open(await openTestEngine(systemClock, { random: createSystemRandom(), notify: { allow: [`127.0.0.1:${receiver.port}`] } }));
});

afterEach(async () => {
  await stopApi();
  await mesh.remove();
  receiver.close();
});

async function open(opened: TestEngine): Promise<void> {
  mesh = opened;
  const server = await serveTestEngine(mesh.engine, systemClock);
  stopApi = () => server.close();
  base = `http://127.0.0.1:${server.port}/api/v1`;
}

async function send(
  method: string,
  path: string,
  { body, headers = {} }: { readonly body?: unknown; readonly headers?: Record<string, string> } = {},
) {
  const sent = await fetch(`${base}${path}`, {
    method,
    headers: { ...(body === undefined ? {} : { "content-type": "application/json" }), ...headers },
    ...(body === undefined ? {} : { body: JSON.stringify(body) }),
  });
  // biome-ignore lint/suspicious/noExplicitAny: answers of every shape
  return { status: sent.status, etag: sent.headers.get("etag"), body: (await sent.json()) as any };
}

const NEW = { "if-none-match": "*" };
const pager = () => ({ target: { kind: "webhook", url: receiver.url }, secret: SECRET, minSeverity: "critical" });
const register = (service: string) => mesh.apply({ kind: "service.register", service, hosts: [] });
/** A change that channels are told of. */
async function deprecate(service: string): Promise<string> {
  await register(service);
  await mesh.apply({ kind: "version.register", service, version: "1.0.0", requirements: {} });
  const { rev } = mesh.engine.state().services.get(service as never) ?? { rev: 0 };
  const path = `/services/${service}/versions/1.0.0/lifecycle`;
  const done = await send("PUT", path, { body: { stage: "deprecated" }, headers: { "if-match": `"${rev}"` } });
  expect(done).toMatchObject({ status: 200 });
  return done.body.change.id;
}

test("a channel is added, shown without its secret, changed and removed, each under the rev that was seen", async () => {
  const made = await send("PUT", "/channels/pager", { body: pager(), headers: NEW });
  expect(made).toMatchObject({
    status: 200,
    body: { channel: { name: "pager", target: { kind: "webhook", url: receiver.url, hasSecret: true } } },
  });
  expect(made.etag).toBe(`"${made.body.channel.rev}"`);
  expect(await send("PUT", "/channels/pager", { body: pager(), headers: NEW })).toMatchObject({
    status: 412,
    body: { current: { state: { name: "pager" } } },
  });
  expect(await send("PUT", "/channels/pager", { body: pager() })).toMatchObject({ status: 428 });
  const shown = await send("GET", "/channels/pager");
  expect(shown.body).toMatchObject({
    minSeverity: "critical",
    topics: expect.arrayContaining(["alerts"]),
    standing: { pending: 0, deliveredAt: null },
  });
  const { target } = pager();
  const changed = await send("PUT", "/channels/pager", { body: { target, topics: ["alerts"] }, headers: { "if-match": made.etag ?? "" } });
  expect(changed).toMatchObject({
    status: 200,
    body: { channel: { topics: ["alerts"], minSeverity: "warning", target: { hasSecret: true } } },
  });
  expect((await send("GET", "/channels")).body.items).toHaveLength(1);
  expect(await send("DELETE", "/channels/pager", { headers: { "if-match": changed.etag ?? "" } })).toMatchObject({ status: 200 });
  expect(await send("GET", "/channels/pager")).toMatchObject({ status: 404, body: { code: "channel.unknown" } });
  const log = await send("GET", "/changes?limit=100");
  expect(JSON.stringify([made, shown, changed, log])).not.toContain(SECRET);
  for (const file of ["secrets.json"]) expect(readFileSync(join(mesh.dir, file), "utf8")).not.toContain(SECRET);
});

test("an address inside is refused with its field before anything is written, by number, by name and by resolver", async () => {
  for (const url of [
    "https://127.0.0.1/",
    "https://2130706433/",
    "https://[::ffff:10.0.0.1]/",
    "https://localhost/",
    "https://169.254.169.254/latest",
  ]) {
    const refused = await send("PUT", "/channels/pager", { body: { target: { kind: "webhook", url } }, headers: NEW });
    expect(refused, url).toMatchObject({
      status: 422,
      body: { code: "channel.address", errors: [{ path: "target.url", code: "channel.address" }] },
    });
  }
  const mail = { kind: "smtp", host: "10.0.0.8", port: 25, from: "a@b.example", to: ["c@d.example"] };
  expect(await send("PUT", "/channels/pager", { body: { target: mail }, headers: NEW })).toMatchObject({
    status: 422,
    body: { errors: [{ path: "target.host" }] },
  });
  await stopApi();
  await mesh.remove();
  const resolve = async () => [{ address: "192.168.1.1", family: 4 }];
  await open(await openTestEngine(systemClock, { notify: { resolve } }));
  const named = await send("PUT", "/channels/pager", {
    body: { target: { kind: "webhook", url: "https://hooks.example.com/" } },
    headers: NEW,
  });
  expect(named).toMatchObject({ status: 422, body: { code: "channel.address", detail: expect.stringContaining("192.168.1.1") } });
  expect(mesh.engine.state()).toMatchObject({ seq: 0, channels: new Map() });
});

test("a dry run writes neither the channel nor its secret", async () => {
  expect(await send("PUT", "/channels/pager?dryRun=true", { body: pager(), headers: NEW })).toMatchObject({
    status: 200,
    body: { dryRun: true },
  });
  expect((await send("GET", "/channels")).body.items).toEqual([]);
  expect(() => readFileSync(join(mesh.dir, "secrets.json"))).toThrow("ENOENT");
});

test("a test message is sent at once, and what the other side says comes back", async () => {
  await send("PUT", "/channels/pager", { body: pager(), headers: NEW });
  const tested = await send("POST", "/channels/pager/test");
  expect(tested).toMatchObject({ status: 200, body: { delivered: true, said: "It answered 200: thanks" } });
  receiver.status = 503;
  expect((await send("POST", "/channels/pager/test")).body).toMatchObject({ delivered: false, said: "It answered 503: later" });
  expect(await send("POST", "/channels/other/test")).toMatchObject({ status: 404, body: { code: "channel.unknown" } });
  const [first] = receiver.received;
  const { body = "", headers } = first ?? {};
  const [, time = "", signature] = /^t=(\d+),v1=([0-9a-f]+)$/.exec(String(headers?.["x-interlock-signature"])) ?? [];
  expect(createHmac("sha256", SECRET).update(`${time}.${body}`).digest("hex")).toBe(signature);
});

test("transitions are told in order under the ids of their changes, and what was not taken is told by the next engine", async () => {
  await send("PUT", "/channels/pager", { body: pager(), headers: NEW });
  const told = [await deprecate("web")];
  await receiver.has(1);
  receiver.status = 503;
  told.push(await deprecate("cart"));
  await receiver.has(2);
  told.push(await deprecate("pay"));
  await stopApi();
  receiver.status = 200;
  await open(await mesh.reopen());
  await receiver.has(4);
  expect(receiver.received.map(({ message }) => message.id)).toEqual([told[0], told[1], told[1], told[2]]);
  expect(receiver.received[0]?.message).toMatchObject({ kind: "lifecycle.set", topic: "lifecycle", sentence: "web 1.0.0 is deprecated." });
});

test("an alert whose policy names a channel that is off is told to those told of alerts, and an event says so; named, it cannot be removed", async () => {
  await send("PUT", "/channels/pager", { body: pager(), headers: NEW });
  await register("web");
  const actions = [
    { kind: "alert", severity: "critical", summary: "gone" },
    { kind: "notify", channels: ["pager"] },
  ];
  const trigger = { metric: "instances(web)", above: 1_000, forMs: 0, resolveForMs: 0 };
  const policy = (await send("POST", "/policies", { body: { name: "Dead", kind: "alert", trigger, actions } })).body.id;
  const { etag } = await send("GET", "/channels/pager");
  expect(await send("DELETE", "/channels/pager", { headers: { "if-match": etag ?? "" } })).toMatchObject({
    status: 409,
    body: { code: "channel.in-use", detail: "Dead tells pager by name." },
  });
  const off = await send("PUT", "/channels/pager", { body: { ...pager(), enabled: false }, headers: { "if-match": etag ?? "" } });
  expect(off).toMatchObject({ status: 200, body: { notes: [expect.stringContaining("Dead tells pager by name")] } });
  await send("PUT", "/channels/ops", { body: { target: pager().target }, headers: NEW });
  const facts = {
    subject: "web",
    service: "web",
    severity: "critical",
    summary: "web is gone.",
    value: 2,
    bound: 1,
    since: new Date().toISOString(),
  };
  await mesh.apply({ kind: "alert.fire", policy, ...facts, channels: ["pager"] } as never);
  expect(mesh.engine.healthEvents()).toContainEqual(
    expect.objectContaining({
      kind: "notification-failing",
      subject: "pager",
      sentence: "Dead tells pager, of which none is on: web is gone. Told instead, where grave enough: ops.",
    }),
  );
});
