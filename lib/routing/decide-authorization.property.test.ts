import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { AuthorizationPolicy, AuthorizationRule, Principal } from "../model/index.ts";
import { type AuthorizationRequest, decideAuthorization } from "./decide-authorization.ts";

const services = fc.uniqueArray(fc.constantFrom("cart", "cart@1.0.0", "ingress", "other"), { minLength: 1 });
const rule: fc.Arbitrary<AuthorizationRule> = fc.record(
  {
    action: fc.constantFrom("allow" as const, "deny" as const),
    from: fc.record({ services, identities: fc.constantFrom(["spiffe://a/x"], ["spiffe://a/*"]) }, { requiredKeys: [] }),
    to: fc.record(
      { methods: fc.constantFrom(["GET"], ["GET", "POST"]), paths: fc.constantFrom(["/a"], ["/a/*"], ["*"], ["/b", "/a/b"]) },
      { requiredKeys: [] },
    ),
  },
  { requiredKeys: [] },
);
const policy: fc.Arbitrary<AuthorizationPolicy> = fc.record({
  action: fc.constantFrom("allow" as const, "deny" as const),
  rules: fc.array(rule, { maxLength: 4 }),
});
const principal = fc.constantFrom<Principal | null>(
  { kind: "instance", service: "cart", version: "1.0.0" } as Principal,
  { kind: "instance", service: "cart", version: "2.0.0" } as Principal,
  { kind: "ingress" },
  null,
);
const request: fc.Arbitrary<AuthorizationRequest> = fc.record({
  principal,
  identity: fc.constantFrom("spiffe://a/x", "spiffe://b/x", null),
  method: fc.constantFrom("GET", "POST"),
  path: fc.constantFrom("/a", "/a/b", "/b", "/ab"),
  claims: fc.constant(null),
});

/** The contract read literally. */
function oracle({ action, rules }: AuthorizationPolicy, sent: AuthorizationRequest): "allow" | "deny" {
  const like = (text: string, wanted: string) => (wanted.endsWith("*") ? text.startsWith(wanted.slice(0, -1)) : text === wanted);
  const names =
    sent.principal?.kind === "instance" ? [sent.principal.service, `${sent.principal.service}@${sent.principal.version}`] : ["ingress"];
  const fits = ({ action: own = action, from, to }: AuthorizationRule) => {
    const byService =
      from?.services === undefined || (sent.principal === null ? own === "deny" : from.services.some((each) => names.includes(each)));
    const { identity } = sent;
    const byIdentity =
      from?.identities === undefined || (identity === null ? own === "deny" : from.identities.some((each) => like(identity, each)));
    const byMethod = to?.methods === undefined || to.methods.includes(sent.method);
    return byService && byIdentity && byMethod && (to?.paths === undefined || to.paths.some((each) => like(sent.path, each)));
  };
  const of = (wanted: string) => rules.filter(({ action: own = action }) => own === wanted);
  if (of("deny").some(fits)) return "deny";
  return action === "deny" && of("allow").length === 0 ? "allow" : of("allow").some(fits) ? "allow" : "deny";
}

/** Ways in which real servers read a path. */
const SERVERS: Readonly<Record<string, (path: string) => string>> = {
  nginx: (path) => resolve(decode(path).replace(/\/+/g, "/")),
  tomcat: (path) => resolve(decode(path.replace(/;[^/]*/g, "")).replace(/\/+/g, "/")),
  "tomcat with backslashes": (path) =>
    resolve(
      decode(path.replace(/;[^/]*/g, ""))
        .replaceAll("\\", "/")
        .replace(/\/+/g, "/"),
    ),
  "a server that resolves before it merges": (path) => resolve(decode(path)).replace(/\/+/g, "/"),
  "a server that decodes twice": (path) => resolve(decode(decode(path)).replace(/\/+/g, "/")),
};

function decode(path: string): string {
  return path.replace(/%([0-9a-f]{2})/gi, (_, hex: string) => String.fromCharCode(Number.parseInt(hex, 16)));
}

function resolve(path: string): string {
  const kept: string[] = [];
  for (const segment of path.slice(1).split("/")) {
    if (segment === "..") kept.pop();
    else if (segment !== ".") kept.push(segment);
  }
  return `/${kept.join("/")}`;
}

describe("authorization", () => {
  test("decides as the contract says, read literally", () => {
    fc.assert(
      fc.property(policy, request, (given, sent) => {
        expect(decideAuthorization(given, sent).kind).toBe(oracle(given, sent));
      }),
      { numRuns: 3_000 },
    );
  });

  test("does not care about the order of rules", () => {
    fc.assert(
      fc.property(policy, request, (given, sent) => {
        expect(decideAuthorization({ ...given, rules: given.rules.toReversed() }, sent).kind).toBe(decideAuthorization(given, sent).kind);
      }),
    );
  });

  const trick = fc.constantFrom(
    "/",
    "..",
    ".",
    ";",
    ";a=b",
    "//",
    "\\",
    "%2f",
    "%5c",
    "%2e",
    "%2E",
    "%25",
    "%252f",
    "%3b",
    "%61",
    "admin",
    "adm%69n",
    "public",
    "x",
    "%00",
  );
  const tricky = fc.array(trick, { maxLength: 8 }).map((pieces) => `/${pieces.join("")}`);

  test.each(Object.entries(SERVERS))("lets no spelling of a denied path through to %s", (_, read) => {
    const denied: AuthorizationPolicy = { action: "deny", rules: [{ to: { paths: ["/admin", "/admin/*"] } }] };
    fc.assert(
      fc.property(tricky, (path) => {
        const verdict = decideAuthorization(denied, { principal: null, identity: null, method: "GET", path, claims: null });
        expect(verdict.kind === "allow" ? read(verdict.path) : "/").not.toMatch(/^\/admin(?:\/|$)/);
      }),
      { numRuns: 3_000 },
    );
  });

  test.each(Object.entries(SERVERS))("lets nothing beside an allowed path through to %s", (_, read) => {
    const allowed: AuthorizationPolicy = { action: "allow", rules: [{ to: { paths: ["/public/*"] } }] };
    fc.assert(
      fc.property(tricky, (path) => {
        const verdict = decideAuthorization(allowed, {
          principal: null,
          identity: null,
          method: "GET",
          path: `/public${path}`,
          claims: null,
        });
        expect(verdict.kind === "allow" ? read(verdict.path) : "/public/").toMatch(/^\/public\//);
      }),
      { numRuns: 3_000 },
    );
  });
});
