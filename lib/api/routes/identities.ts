import type { MeshEngine } from "../../engine/index.ts";
import { ok } from "../../std/index.ts";
import type { Handlers, ResponseOf } from "../operation.ts";

type Read = "GET /api/v1/identities";
type Key = Read | "POST /api/v1/identities/rotate-root";
type Identities = ResponseOf<Read>;

/** Who holds which certificate; the three steps of a root change. */
export function createIdentityRoutes(engine: MeshEngine): Handlers<Key> {
  return {
    "GET /api/v1/identities": {
      kind: "direct",
      answer() {
        const { trustDomain, ttlMs, certificates } = engine.identities();
        return ok({ body: { trustDomain, ttlMs, ...rootsOf(engine), items: [...certificates] } });
      },
    },
    "POST /api/v1/identities/rotate-root": {
      kind: "command",
      command({ body }) {
        const { next, fingerprint } = engine.identities().rootChange;
        return ok({ kind: "identity.rotate-root", step: body?.step ?? next, fingerprint });
      },
      fields: () => rootsOf(engine),
    },
  };
}

function rootsOf(engine: MeshEngine): Pick<Identities, "roots" | "rootChange"> {
  const { roots, rootChange } = engine.identities();
  return { roots: [...roots], rootChange: { ...rootChange, waitingFor: [...rootChange.waitingFor] } };
}
