import fc from "fast-check";
import { afterEach, describe, expect, test } from "vitest";
import type { RouteRule } from "../model/index.ts";
import { type EchoMesh, openEchoMesh } from "./echo-mesh.fixture.ts";

let mesh: EchoMesh;

afterEach(() => mesh.close());

const CLOSED = { action: "deny" as const, rules: [{ name: "closed", to: { paths: ["/admin", "/admin/*"] } }] };

/** Ways to write a path that some server takes for `/admin/x`, or for something above it. */
const SPELLINGS = [
  "/admin/x",
  "/%61dmin/x",
  "/%61%64%6d%69%6e/x",
  "//admin/x",
  "/./admin/x",
  "/a/../admin/x",
  "/a/%2e%2e/admin/x",
  "/a/.%2E/admin/x",
  "/admin//x",
  "/admin/./x",
  "/open/../admin/x",
  "/open/..%2fadmin/x",
  "/open/..\\admin/x",
  "/open/..%5cadmin/x",
  "/open;/../admin/x",
  "/open/..;/admin/x",
  "/admin;a=b/x",
  "/%2561dmin/x",
  "/admin%2fx",
  "/admin%00/x",
  "/%c0%ae%c0%ae/admin/x",
  "/../admin/x",
  "/open//../admin/x",
];

/** What servers make of a path: decode once, cut parameters, take `\` for `/`, merge slashes, resolve dots. */
function readings(path: string): readonly string[] {
  const decoded = [path, tryDecode(path)];
  const cut = decoded.flatMap((text) => [text, text.replace(/;[^/]*/g, "")]);
  const slashed = cut.flatMap((text) => [text, text.replaceAll("\\", "/")]);
  return slashed.flatMap((text) => [new URL(`http://h${text.startsWith("/") ? "" : "/"}${text.replace(/\/+/g, "/")}`).pathname, text]);
}

function tryDecode(path: string): string {
  try {
    return decodeURIComponent(path);
  } catch {
    return path;
  }
}

const isClosed = (path: string) => path === "/admin" || path.startsWith("/admin/");

describe("RELIABILITY 31: one path for authorization, routing and the instance", () => {
  test("no spelling of a closed path gets to the instance, in any way that servers read paths", async () => {
    mesh = await openEchoMesh(["a@1.0.0"], { authorization: { a: CLOSED } });
    for (const path of SPELLINGS) {
      const { headers, status } = await mesh.ask(path);
      expect([path, status === 403 || status === 400, headers["x-interlock-code"]]).toEqual([path, true, expect.any(String)]);
    }
    expect(mesh.seen).toEqual([]);
  });

  test("a path that servers read in different ways is refused with 400, and why", async () => {
    mesh = await openEchoMesh(["a@1.0.0"], { authorization: { a: CLOSED } });
    for (const path of ["/open/..%2fadmin", "/x%5cy", "/x;y", "/%zz", "/%25%36%31", "/../x", "/%ff"]) {
      const { body, headers, status } = await mesh.ask(path);
      expect([path, status, headers["x-interlock-code"]]).toEqual([path, 400, "request.malformed"]);
      expect(body).toContain("Servers read the path in different ways");
    }
  });

  test("whatever gets through is sent in the one spelling that was decided on, query untouched", async () => {
    mesh = await openEchoMesh(["a@1.0.0"], { authorization: { a: CLOSED } });
    await mesh.ask("/o%70en//x/./%7Ez?p=/../%61&q=;");
    expect(mesh.seen[0]?.url).toBe("/open/x/~z?p=/../%61&q=;");
  });

  test("the same holds for a path that only routing looks at", async () => {
    const rule = { matches: [{ path: { type: "PathPrefix", value: "/admin" } }], split: { weights: { "2.0.0": 10_000 } } };
    mesh = await openEchoMesh(["a@1.0.0", "a@2.0.0"], {
      weights: { a: { "1.0.0": 10_000 } as never },
      rules: { a: [rule as unknown as RouteRule] },
    });
    expect((await mesh.ask("/x/..//%61dmin/y")).status).toBe(400);
    expect((await mesh.ask("/x/../%61dmin/y")).body).toBe("2.0.0");
    expect(mesh.seen[0]?.url).toBe("/admin/y");
  });

  test("where nothing looks at paths they pass as they came", async () => {
    mesh = await openEchoMesh(["a@1.0.0"]);
    for (const path of ["/@scope%2fname", "/a//b/../c", "/m;v=1", "/%7e"]) await mesh.ask(path);
    expect(mesh.seen.map(({ url }) => url)).toEqual(["/@scope%2fname", "/a//b/../c", "/m;v=1", "/%7e"]);
  });

  test("of any path, what an instance gets is closed in no reading of it", async () => {
    mesh = await openEchoMesh(["a@1.0.0"], { authorization: { a: CLOSED } });
    const piece = fc.constantFrom("admin", "open", "..", ".", "", "%61dmin", "%2e", "%2f", "%5c", ";", "\\", "%25", "x", "%00", "~");
    const path = fc
      .array(fc.tuple(piece, fc.constantFrom("/", "/", "", ";", "%2f")), { minLength: 1, maxLength: 6 })
      .map((parts) => `/${parts.flat().join("")}`);
    await fc.assert(
      fc.asyncProperty(path, async (text) => {
        mesh.seen.length = 0;
        await mesh.ask(text);
        for (const { url } of mesh.seen)
          for (const reading of readings(url)) expect([text, reading, isClosed(reading)]).toEqual([text, reading, false]);
      }),
      { numRuns: 150 },
    );
  });
});
