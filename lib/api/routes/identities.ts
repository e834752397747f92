import type { MeshEngine } from "../../engine/index.ts";
import { ok } from "../../std/index.ts";
import type { Handlers, ResponseOf } from "../operation.ts";
import { comparePlaces, placeOf } from "./certificate-order.ts";
import { pageOf } from "./page.ts";

type Read = "GET /api/v1/identities";
type Key = Read | "POST /api/v1/identities/rotate-root";
type Identities = ResponseOf<Read>;

type Certificate = Identities["items"][number];

const IN_ORDER = { cursorOf: placeOf, isAfter: (item: Certificate, cursor: string) => comparePlaces(placeOf(item), cursor) > 0 };

/** Who holds which certificate; the three steps of a root change. */
export function createIdentityRoutes(engine: MeshEngine): Handlers<Key> {
  return {
    "GET /api/v1/identities": {
      kind: "direct",
      answer({ query }) {
        const { trustDomain, ttlMs, certificates } = engine.identities();
        const sorted = certificates.toSorted((left, right) => comparePlaces(placeOf(left), placeOf(right)));
        return ok({ body: { trustDomain, ttlMs, ...rootsOf(engine), ...pageOf(sorted, query, IN_ORDER) } });
      },
    },
    "POST /api/v1/identities/rotate-root": {
      kind: "command",
      command({ body }) {
        const { fingerprint } = engine.identities().rootChange;
        return ok({ kind: "identity.rotate-root", step: body.step, fingerprint });
      },
      fields: () => rootsOf(engine),
    },
  };
}

function rootsOf(engine: MeshEngine): Pick<Identities, "roots" | "rootChange"> {
  const { roots, rootChange } = engine.identities();
  return { roots: [...roots], rootChange: { ...rootChange, waitingFor: [...rootChange.waitingFor] } };
}
