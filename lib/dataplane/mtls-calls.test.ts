import { afterEach, describe, expect, test } from "vitest";
import { removeFolders } from "./identity/identity.fixture.ts";
import { edgesOf, type MtlsMesh, type MtlsOptions, openMtlsMesh } from "./mtls-mesh.fixture.ts";
import { deadPort, rawInstance } from "./test-mesh.fixture.ts";

let mesh: MtlsMesh;

afterEach(async () => {
  await mesh.close();
  removeFolders();
});

const open = async (options?: MtlsOptions) => {
  mesh = await openMtlsMesh(options);
};

/** Puts another server in the place of api's instance. */
async function replaceApi(port: number): Promise<void> {
  mesh.instances[1] = { ...mesh.instances[1], port } as (typeof mesh.instances)[0];
  await mesh.apply();
}

describe("a call between two proxies", () => {
  test("is encrypted and counted so once, and the instance is told who called, whatever the caller says", async () => {
    await open();
    const answer = await mesh.ask("/x", { lines: ["X-Interlock-Caller: bank@9.9.9", "x-forwarded-client-cert: me"] });
    expect(answer).toMatchObject({ status: 200, body: "1.0.0" });
    expect(mesh.seen[0]?.headers).toMatchObject({ "x-interlock-caller": "web@1.0.0", host: "api.mesh" });
    expect(mesh.seen[0]?.headers).not.toHaveProperty("x-forwarded-client-cert");
    expect(edgesOf(mesh.a)).toMatchObject({ "web>api": { requests: 1, failed: 0, encrypted: 1, denied: 0, retries: 0 } });
    expect(edgesOf(mesh.b)).toEqual({});
  });

  test("of the ingress carries the ingress's identity", async () => {
    await open();
    await mesh.apply({ hosts: { api: ["api.example"] } });
    expect(await mesh.ask("/", { host: "api.example", port: mesh.a.proxy.ingressPort ?? 0 })).toMatchObject({ status: 200 });
    expect(mesh.seen[0]?.headers).toMatchObject({ "x-interlock-caller": "ingress" });
    expect(edgesOf(mesh.a)).toMatchObject({ "ingress>api": { encrypted: 1 } });
  });

  test("passes bodies of any size both ways", async () => {
    await open({ respond: ({ body }, response) => void response.end(body) === undefined });
    const body = "ab".repeat(600_000);
    const answer = await mesh.ask("/", { method: "POST", body });
    expect(answer.body.length).toBe(body.length);
    expect(answer.body === body).toBe(true);
  });

  test("passes trailers of a chunked answer, and a switch of protocols", async () => {
    await open();
    const server = rawInstance((socket, received) => {
      if (received.includes("/trail")) {
        socket.write("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\nTrailer: x-sum\r\n\r\n2\r\nhi\r\n0\r\nx-sum: 7\r\n\r\n");
      } else if (received.endsWith("ping")) socket.write("pong");
      else if (received.includes("/switch"))
        socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
    });
    await replaceApi(await mesh.sockets.serve(server));
    const trailing = await mesh.sockets.dial(mesh.a.proxy.outbound[0]?.port);
    trailing.send("GET /trail HTTP/1.1\r\nHost: api.mesh\r\nTE: trailers\r\n\r\n");
    expect(await trailing.until("x-sum: 7\r\n\r\n")).toContain("\r\nhi\r\n");
    const switching = await mesh.sockets.dial(mesh.a.proxy.outbound[0]?.port);
    switching.send("GET /switch HTTP/1.1\r\nHost: api.mesh\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
    await switching.until("101 Switching");
    switching.send("ping");
    await switching.until("pong");
    expect(edgesOf(mesh.a)["web>api"]?.encrypted).toBeGreaterThan(0);
  });

  test("that is cut half way through an answer without a length never looks whole", async () => {
    await open();
    const server = rawInstance((socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\nhalf");
      setTimeout(() => socket.resetAndDestroy(), 50);
    });
    await replaceApi(await mesh.sockets.serve(server));
    const caller = await mesh.sockets.dial(mesh.a.proxy.outbound[0]?.port);
    caller.send("GET / HTTP/1.1\r\nHost: api.mesh\r\n\r\n");
    expect(await caller.ended).toBe("ECONNRESET");
    expect(caller.received).toContain("half");
  });

  test("that became a tunnel ends at both ends as it ended at one: by a reset where it was cut", async () => {
    await open();
    const ends: Promise<string>[] = [];
    const server = rawInstance((socket, received) => {
      if (!received.endsWith("\r\n\r\n")) return;
      socket.write("HTTP/1.1 101 Switching Protocols\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
      ends.push(
        new Promise((resolve) => {
          socket.on("end", () => resolve("end"));
          socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? ""));
        }),
      );
    });
    await replaceApi(await mesh.sockets.serve(server));
    for (const end of ["cut", "finish"] as const) {
      const caller = await mesh.sockets.dial(mesh.a.proxy.outbound[0]?.port);
      caller.send("GET / HTTP/1.1\r\nHost: api.mesh\r\nConnection: upgrade\r\nUpgrade: echo\r\n\r\n");
      await caller.until("101 Switching");
      if (end === "cut") caller.socket.resetAndDestroy();
      else caller.socket.end();
    }
    expect(await Promise.all(ends)).toEqual(["ECONNRESET", "end"]);
  });

  test("goes to another instance where the callee's proxy does not reach its own, whatever the method", async () => {
    await open({ callees: ["api@1.0.0", "api@1.0.0"] });
    await replaceApi(await deadPort());
    for (let request = 0; request < 8; request++) {
      expect(await mesh.ask("/", { method: "POST", body: "once" })).toMatchObject({ status: 200, body: "1.0.0" });
    }
    expect(mesh.seen).toHaveLength(8);
    expect(edgesOf(mesh.a)["web>api"]).toMatchObject({ requests: 8, failed: 0, encrypted: 8 });
  });

  test("resumes at least 95 % of its sessions when it connects anew", async () => {
    await open({ respond: (_, response) => void response.setHeader("connection", "close").end("x") === undefined });
    for (let request = 0; request < 60; request++) {
      const { status } = await mesh.ask("/", { lines: ["Connection: upgrade", "Upgrade: none"] });
      expect(status).toBe(200);
    }
    const [family] = mesh.a.proxy.metrics.families().filter(({ name }) => name === "interlock_proxy_handshakes");
    const figures = Object.fromEntries(
      (family?.samples ?? []).map((sample) => [sample.labels?.["kind"], (sample as { value: number }).value]),
    );
    expect(figures["full"]).toBe(1);
    expect(figures["resumed"]).toBeGreaterThanOrEqual(57);
  });
});
