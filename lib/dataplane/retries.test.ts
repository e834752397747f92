import net from "node:net";
import { afterEach, describe, expect, test } from "vitest";
import type { RouteRule, TrafficPolicy } from "../model/index.ts";
import type { Clock } from "../std/index.ts";
import { systemClock } from "../system/index.ts";
import { createFakeClock } from "../testing/index.ts";
import { deadPort, openTestMesh, rawInstance, snapshotWith, type TestMesh, tally } from "./test-mesh.fixture.ts";

let mesh: TestMesh;

afterEach(() => mesh.close());

const GET = "GET / HTTP/1.1\r\nHost: a.mesh\r\n\r\n";
const POST = "POST / HTTP/1.1\r\nHost: a.mesh\r\nContent-Length: 4\r\n\r\nbody";
const OK = "HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nok";
const BAD = "HTTP/1.1 503 Bad\r\nContent-Length: 3\r\n\r\nbad";

/** Never out of the balance: what is tested is what becomes of one request. */
const CALM: TrafficPolicy = { outlierDetection: { consecutive5xx: 0, consecutiveGatewayFailures: 0 } };

/** Service `a` with these instances. */
async function serve(
  servers: readonly net.Server[],
  policy: TrafficPolicy = {},
  rule: Partial<RouteRule> | null = null,
  clock: Clock = systemClock,
): Promise<void> {
  mesh = await openTestMesh({ clock });
  const instances = [];
  for (const server of servers) instances.push({ service: "a", version: "1.0.0", port: await mesh.serve(server) });
  const rules: Record<string, RouteRule[]> = rule === null ? {} : { a: [{ matches: [{}], ...rule } as RouteRule] };
  expect(mesh.proxy.applySnapshot(snapshotWith(instances, { policies: { a: { ...CALM, ...policy } }, rules })).ok).toBe(true);
  await mesh.proxy.settled();
}

/** An instance that answers its requests with these, one after the other, and the last one for ever; null: it closes the connection. */
function scripted(answers: readonly (string | null)[]): { readonly server: net.Server; readonly requests: string[] } {
  const requests: string[] = [];
  const server = net.createServer((socket) => {
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      requests.push(bytes.toString("latin1"));
      const answer = answers[Math.min(requests.length, answers.length) - 1] ?? null;
      if (answer === null) socket.destroy();
      else socket.write(answer);
    });
  });
  return { server, requests };
}

async function ask(text: string): Promise<string> {
  const caller = await mesh.dial();
  caller.send(text.replace("Host", "Connection: close\r\nHost"));
  await caller.ended;
  return caller.received;
}

describe("retries", () => {
  test("a status that the rules name is tried again, up to their attempts, and the caller sees the last answer only", async () => {
    const { requests, server } = scripted([BAD, BAD, OK]);
    await serve([server], { retries: { attempts: 2, codes: [503], backoffMs: 1 } });
    expect(await ask(GET)).toMatch(/^HTTP\/1.1 200 OK\r\n/);
    expect(requests).toHaveLength(3);
    expect(tally(mesh.proxy)).toMatchObject({ requests: 1, failed: 0, retries: 2 });
  });

  test("when the attempts are used up, the answer that came stands", async () => {
    const { requests, server } = scripted([BAD]);
    await serve([server], { retries: { attempts: 2, codes: [503], backoffMs: 1 } });
    expect(await ask(GET)).toMatch(/^HTTP\/1.1 503 Bad\r\n.*\r\n\r\nbad$/s);
    expect(requests).toHaveLength(3);
  });

  test("a rule's attempts and codes stand before the policy's; 0 switches retries off", async () => {
    const { requests, server } = scripted([BAD]);
    await serve([server], { retries: { attempts: 3, codes: [503], backoffMs: 1 } }, { retry: { attempts: 0 } });
    expect(await ask(GET)).toMatch(/^HTTP\/1.1 503 /);
    expect(requests).toHaveLength(1);
  });

  test("other statuses are never tried again, and by default none", async () => {
    const { requests, server } = scripted([BAD]);
    await serve([server]);
    expect(await ask(GET)).toMatch(/^HTTP\/1.1 503 /);
    expect(requests).toHaveLength(1);
  });

  test("a retry goes to another instance where there is one", async () => {
    const bad = scripted([BAD]);
    const good = scripted([OK]);
    await serve([bad.server, good.server], { retries: { attempts: 1, codes: [503], backoffMs: 1 } });
    for (let request = 0; request < 10; request++) expect(await ask(GET)).toMatch(/^HTTP\/1.1 200 /);
    expect(good.requests).toHaveLength(10);
    expect(bad.requests.length).toBeGreaterThan(0);
  });
});

describe("RELIABILITY 17: retries are bounded and safe", () => {
  test("of 100 requests that fail all at once, the upstream sees at most 1.2 times as many, and 3", async () => {
    let requests = 0;
    let waiting: net.Socket[] = [];
    const failing = rawInstance((socket, text) => {
      if (!text.endsWith("\r\n\r\n")) return;
      requests++;
      waiting.push(socket);
      if (requests < 100) return;
      for (const each of waiting) each.write(BAD);
      waiting = [];
    });
    await serve([failing], { retries: { attempts: 1, codes: [503], backoffMs: 1 } });
    const callers = await Promise.all(Array.from({ length: 100 }, () => mesh.dial()));
    for (const caller of callers) caller.send(GET);
    await Promise.all(callers.map((caller) => caller.until("503")));
    expect(requests).toBeGreaterThan(100);
    expect(requests).toBeLessThanOrEqual(1.2 * 100 + 3);
  });

  test("of a service that fails all the time, the upstream sees at most 1.2 times the requests, and 3", async () => {
    let requests = 0;
    const failing = rawInstance((socket, text) => {
      if (!text.endsWith("\r\n\r\n")) return;
      requests++;
      setTimeout(() => socket.write(BAD), 10);
    });
    await serve([failing], { retries: { attempts: 1, codes: [503], backoffMs: 1 } });
    const callers = await Promise.all(Array.from({ length: 40 }, () => mesh.dial()));
    for (let round = 0; round < 10; round++) {
      const from = callers.map(({ received }) => received.length);
      for (const caller of callers) caller.send(GET);
      await Promise.all(callers.map((caller, index) => caller.until("bad", from[index])));
    }
    expect(tally(mesh.proxy).requests).toBe(400);
    expect(requests).toBeGreaterThan(400);
    expect(requests).toBeLessThanOrEqual(1.2 * 400 + 3);
  });

  test("a request with a body is never sent twice, whatever its method and the rules", async () => {
    const { requests, server } = scripted([null, OK]);
    await serve([server], { retries: { attempts: 5, codes: [503], backoffMs: 1 } });
    expect(await ask(POST.replace("POST", "PUT"))).toContain("x-interlock-code: upstream.reset");
    expect(requests).toHaveLength(1);
  });

  test("POST is never sent again once a byte of it was, with a body or without, on a lost connection or a status", async () => {
    const { requests, server } = scripted([null, BAD, BAD]);
    await serve([server], { retries: { attempts: 5, codes: [503], backoffMs: 1 } });
    expect(await ask(POST)).toContain("upstream.reset");
    expect(await ask(POST)).toMatch(/^HTTP\/1.1 503 Bad/);
    expect(await ask("POST / HTTP/1.1\r\nHost: a.mesh\r\n\r\n")).toMatch(/^HTTP\/1.1 503 Bad/);
    expect(requests).toHaveLength(3);
  });

  test("a small body whose first instance takes no connection is replayed to another one: not a byte had been sent", async () => {
    const { requests, server } = scripted([OK]);
    mesh = await openTestMesh();
    const ports = [await deadPort(), await deadPort(), await mesh.serve(server)];
    const instances = ports.map((port) => ({ service: "a", version: "1.0.0", port }));
    expect(mesh.proxy.applySnapshot(snapshotWith(instances)).ok).toBe(true);
    await mesh.proxy.settled();
    for (let request = 0; request < 6; request++) expect(await ask(POST)).toMatch(/^HTTP\/1.1 200 /);
    expect(requests).toHaveLength(6);
    expect(requests.every((text) => text.startsWith("POST ") && text.endsWith("\r\n\r\nbody"))).toBe(true);
    expect(tally(mesh.proxy).retries).toBeGreaterThan(0);
  });

  test("nothing is tried again once the caller has seen an interim answer", async () => {
    const { requests, server } = scripted([
      "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\nHTTP/1.1 503 Bad\r\nContent-Length: 0\r\n\r\n",
      OK,
    ]);
    await serve([server], { retries: { attempts: 1, codes: [503], backoffMs: 1 } });
    expect(await ask(GET)).toMatch(/^HTTP\/1.1 103 .*HTTP\/1.1 503 Bad/s);
    expect(requests).toHaveLength(1);
  });

  test("no retry follows a success", async () => {
    const { requests, server } = scripted([OK]);
    await serve([server], { retries: { attempts: 5, codes: [503], backoffMs: 1 } });
    for (let request = 0; request < 5; request++) await ask(GET);
    expect(requests).toHaveLength(5);
    expect(tally(mesh.proxy)).toMatchObject({ requests: 5, retries: 0 });
  });
});

describe("the time of a try", () => {
  /** Answers from its n-th request on. */
  function silentUntil(answered: number) {
    const requests: string[] = [];
    const server = net.createServer((socket) => {
      socket.on("error", () => {});
      socket.on("data", (bytes) => requests.push(bytes.toString("latin1")) >= answered && socket.write(OK));
    });
    return { server, requests };
  }

  test("when it is over, an idempotent request is tried again", async () => {
    const { requests, server } = silentUntil(2);
    await serve([server], { retries: { attempts: 1, backoffMs: 1 }, timeouts: { perTryMs: 50 } });
    expect(await ask(GET)).toMatch(/^HTTP\/1.1 200 /);
    expect(requests).toHaveLength(2);
    expect(tally(mesh.proxy)).toMatchObject({ requests: 1, failed: 0, retries: 1 });
  });

  test("and no try is left: 504 upstream.try-timeout; POST has one try only", async () => {
    const { requests, server } = silentUntil(9);
    await serve([server], { retries: { attempts: 1, backoffMs: 1 } }, { timeouts: { perTryMs: 50 } });
    const received = await ask(GET);
    expect([received.slice(9, 12), received.includes("x-interlock-code: upstream.try-timeout")]).toEqual(["504", true]);
    expect(requests).toHaveLength(2);
    expect(await ask(POST)).toContain("x-interlock-code: upstream.try-timeout");
    expect(requests).toHaveLength(3);
  });

  test("never outlasts the time of the request: 504 upstream.timeout, whatever tries are left", async () => {
    const { requests, server } = silentUntil(9);
    await serve([server], { retries: { attempts: 5, backoffMs: 1 } }, { timeouts: { requestMs: 50, perTryMs: 50 } });
    expect(await ask(GET)).toContain("x-interlock-code: upstream.timeout");
    expect(requests).toHaveLength(1);
  });
});

describe("the time of a request", () => {
  test("is the rule's before the policy's, and over all tries", async () => {
    await serve([rawInstance(() => {})], { timeouts: { requestMs: 60_000 } }, { timeouts: { requestMs: 50 } });
    expect(await ask(GET)).toContain("x-interlock-code: upstream.timeout");
  });

  test("does not cut an answer that has begun; a pause beyond idleMs does", async () => {
    let say: (text: string) => void = () => {};
    const slow = rawInstance((socket) => {
      say = (text) => void socket.write(text);
      socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n");
    });
    const clock = createFakeClock();
    await serve([slow], { timeouts: { requestMs: 1_000, idleMs: 5_000 } }, null, clock);
    const caller = await mesh.dial();
    caller.send(GET);
    await caller.until("1\r\na\r\n");
    for (const letter of ["b", "c", "d"]) {
      clock.advance(4_000);
      say(`1\r\n${letter}\r\n`);
      await caller.until(`1\r\n${letter}\r\n`);
    }
    clock.advance(5_200);
    expect(await caller.ended).toBe("ECONNRESET");
    expect(tally(mesh.proxy).codes).toEqual({ "upstream.timeout": 1 });
  });
});
