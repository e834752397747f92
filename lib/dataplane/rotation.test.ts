import { afterEach, expect, test } from "vitest";
import { removeFolders } from "./identity/identity.fixture.ts";
import { edgesOf, type MtlsMesh, openMtlsMesh, until } from "./mtls-mesh.fixture.ts";
import { startLoad } from "./rotation-load.fixture.ts";

let mesh: MtlsMesh;

afterEach(async () => {
  await mesh.close();
  removeFolders();
});

test("certificates of 3 s are renewed again and again under load, and the root is changed in its three steps: no request fails", async () => {
  mesh = await openMtlsMesh({
    callees: ["api@1.0.0", "api@1.0.0"],
    svidTtlMs: 3_000,
    sketch: { policies: { api: { tls: { mode: "strict" } } } },
  });
  const load = startLoad(mesh.a.proxy.outbound[0]?.port ?? 0, { connections: 4, perSecond: 200 });
  const seen = new Set<string>();
  const rootsOf = () => [mesh.a, mesh.b].flatMap(({ agent, proxy }) => proxy.outbound.map(({ instance }) => agent.held(instance)));
  const renewed = async (count: number) => {
    const before = seen.size;
    await until(() => {
      for (const held of rootsOf()) if (held !== null) seen.add(held.fingerprint);
      return seen.size >= before + count;
    });
  };
  await renewed(6);
  mesh.authority.step("trust-new");
  await renewed(3);
  const [first] = rootsOf();
  mesh.authority.step("issue-new");
  await until(() => rootsOf().every((held) => held !== null && held.rootFingerprint !== first?.rootFingerprint));
  mesh.authority.step("drop-old");
  await renewed(3);
  const { answered, failures } = await load.stop();
  expect(failures).toEqual([]);
  expect(answered).toBeGreaterThan(200);
  expect(edgesOf(mesh.a)["web>api"]).toMatchObject({ requests: answered, failed: 0, encrypted: answered });
}, 60_000);

test("a connection that serves nobody any more is closed and one that does goes on until its request ends, when the root of its peer is dropped", async () => {
  mesh = await openMtlsMesh({
    respond({ url }, response) {
      if (url !== "/slow") return false;
      response.write("begun,");
      setTimeout(() => response.end("done"), 2_500);
      return true;
    },
  });
  const slow = await mesh.sockets.dial(mesh.a.proxy.outbound[0]?.port);
  slow.send("GET /slow HTTP/1.1\r\nHost: api.mesh\r\n\r\n");
  await slow.until("begun,");
  const subjects = () => [mesh.a, mesh.b].flatMap(({ agent, proxy }) => proxy.outbound.map(({ instance }) => agent.held(instance)));
  const [before] = subjects();
  mesh.authority.step("trust-new");
  mesh.authority.step("issue-new");
  await until(() => subjects().every((held) => held !== null && held.rootFingerprint !== before?.rootFingerprint));
  mesh.authority.step("drop-old");
  expect(await mesh.ask("/")).toMatchObject({ status: 200 });
  expect(await slow.until("done")).toContain("begun,");
});
