import { contradictionsIn, evidenceInForce, evidenceView, type MeshEngine } from "../../engine/index.ts";
import type { EvidenceFact, MeshState, Problem, ServiceName, Version, VersionRef } from "../../model/index.ts";
import { type Clock, err, ok } from "../../std/index.ts";
import type { Done, Handlers, ResponseOf } from "../operation.ts";
import { badCursor, findService } from "./lookup.ts";
import { pageOf } from "./page.ts";

type Key =
  | "GET /api/v1/evidence"
  | "GET /api/v1/contradictions"
  | "POST /api/v1/evidence"
  | "DELETE /api/v1/evidence/{id}"
  | "POST /api/v1/verifications";
type FactView = ResponseOf<"GET /api/v1/evidence">["items"][number];

/** Facts about pairs: record, publish, list, take back. */
export function createEvidenceRoutes(engine: MeshEngine, clock: Clock): Handlers<Key> {
  return {
    "GET /api/v1/evidence": {
      kind: "direct",
      answer({ query: { consumer, cursor, limit, provider } }) {
        if (cursor !== undefined && !/^ev_[1-9]\d{0,14}$/.test(cursor)) return err(badCursor(cursor));
        const unknown = [unknownIn(engine.state(), "consumer", consumer), unknownIn(engine.state(), "provider", provider)].flat();
        const [first] = unknown;
        if (first !== undefined) return err({ code: first.code, detail: unknown.map(({ detail }) => detail).join(" "), problems: unknown });
        const nowIso = new Date(clock.wallMs()).toISOString();
        const found = evidenceInForce(engine.state(), nowIso).filter(
          (fact) => isNamed(fact.consumer, consumer) && isNamed(fact.provider, provider),
        );
        const page = pageOf(found, { cursor, limit }, { cursorOf: ({ id }) => id, isAfter: ({ id }, place) => seqOf(id) < seqOf(place) });
        return ok({ body: { ...page, items: page.items.map(factView) } });
      },
    },
    "GET /api/v1/contradictions": {
      kind: "direct",
      answer({ query: { limit } }) {
        const found = contradictionsIn(engine.state(), new Date(clock.wallMs()).toISOString());
        const items = structuredClone(found.slice(0, limit)) as ResponseOf<"GET /api/v1/contradictions">["items"];
        return ok({ body: { items, total: found.length } });
      },
    },
    "POST /api/v1/evidence": {
      kind: "command",
      command: ({ body }) =>
        ok({
          kind: "evidence.record",
          consumer: refOf(body.consumer),
          provider: refOf(body.provider),
          verdict: body.verdict,
          ...(body.constraint !== undefined && { constraint: body.constraint }),
          ...(body.expiresAt !== undefined && { expiresAt: body.expiresAt }),
        }),
      fields: (done, { author, body }) => ({
        fact: recordedBy(
          done,
          (fact) =>
            fact.source === "operator" &&
            fact.author === author.author &&
            fact.constraint === (body.constraint ?? "api") &&
            isPair(fact, body.consumer, body.provider),
        ),
      }),
    },
    "DELETE /api/v1/evidence/{id}": {
      kind: "command",
      command: ({ params }) => ok({ kind: "evidence.withdraw", id: params.id }),
      fields: () => ({}),
    },
    "POST /api/v1/verifications": {
      kind: "command",
      command: ({ body }) =>
        ok({
          kind: "verification.publish",
          consumer: refOf(body.consumer),
          provider: refOf(body.provider),
          contractHash: body.contractHash,
          result: body.result,
          ...(body.at !== undefined && { at: body.at }),
          ...(body.source !== undefined && { verifier: body.source }),
        }),
      fields: (done, { author, body }) => ({
        fact: recordedBy(
          done,
          (fact) =>
            fact.source === "verification" &&
            fact.contractHash === body.contractHash &&
            fact.verifier === (body.source?.trim() ?? author.author) &&
            isPair(fact, body.consumer, body.provider),
        ),
      }),
    },
  };
}

/** The fact that the change recorded; where nothing differed, the one that stands. */
function recordedBy({ change, state }: Done, isIt: (fact: EvidenceFact) => boolean): FactView | null {
  const recorded = change?.events.findLast((event) => event.kind === "evidence-recorded");
  const fact = recorded?.fact ?? standing(state, isIt);
  return fact === undefined ? null : factView(fact);
}

function standing({ evidence }: MeshState, isIt: (fact: EvidenceFact) => boolean): EvidenceFact | undefined {
  return evidence.findLast(isIt);
}

function factView(fact: EvidenceFact): FactView {
  return structuredClone(evidenceView(fact)) as FactView;
}

function refOf({ service, version }: { readonly service: string; readonly version: string }): VersionRef {
  return { service: service as ServiceName, version: version as Version };
}

type Named = Readonly<Record<"service" | "version", string>>;

function isPair({ constraint, consumer, provider }: EvidenceFact, from: Named, to: Named): boolean {
  const isRef = (ref: VersionRef, name: Named) => ref.service === name.service && ref.version === name.version;
  return (isRef(consumer, from) && isRef(provider, to)) || (constraint === "self" && isRef(consumer, to) && isRef(provider, from));
}

/** What is wrong with a name to look for: a service or a version that is not registered has no facts. */
function unknownIn(state: MeshState, end: "consumer" | "provider", name: string | undefined): readonly Problem[] {
  if (name === undefined) return [];
  const [service = "", version] = name.split("@");
  const found = findService(state, service, `query.${end}`);
  if (!found.ok) return found.error.problems;
  if (version === undefined || found.value.versions.has(version as Version)) return [];
  const fix = `Use one of: ${[...found.value.versions.keys()].join(", ")}.`;
  return [{ path: `query.${end}`, code: "version.unknown", detail: `${service} has no version "${version}".`, fix }];
}

/** `service` or `service@version`; without a name every version is meant. */
function isNamed({ service, version }: VersionRef, name: string | undefined): boolean {
  return name === undefined || name === service || name === `${service}@${version}`;
}

function seqOf(id: string): number {
  return Number(id.slice("ev_".length));
}
