import type { MeshEngine } from "../../engine/index.ts";
import { ok } from "../../std/index.ts";
import type { Handlers, ResponseOf } from "../operation.ts";
import { byName, pageOf } from "./page.ts";

type Read = "GET /api/v1/identities";
type Key = Read | "POST /api/v1/identities/rotate-root";
type Identities = ResponseOf<Read>;

type Certificate = Identities["items"][number];

/** Where a certificate is: neither instance ids nor names of proxies have spaces. */
const placeOf = ({ instance, proxy, serial }: Certificate) => `${instance} ${proxy} ${serial}`;
const BY_PLACE = byName(placeOf);

/** Who holds which certificate; the three steps of a root change. */
export function createIdentityRoutes(engine: MeshEngine): Handlers<Key> {
  return {
    "GET /api/v1/identities": {
      kind: "direct",
      answer({ query }) {
        const { trustDomain, ttlMs, certificates } = engine.identities();
        const sorted = certificates.toSorted((left, right) => (placeOf(left) < placeOf(right) ? -1 : 1));
        return ok({ body: { trustDomain, ttlMs, ...rootsOf(engine), ...pageOf(sorted, query, BY_PLACE) } });
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
