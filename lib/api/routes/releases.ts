import { type MeshEngine, type ReleasePlace, releasePlace } from "../../engine/index.ts";
import type { Command, JudgeInput, Refusal, Release, Strategy } from "../../model/index.ts";
import { err, invariant, ok, type Result } from "../../std/index.ts";
import { refusal } from "../answer.ts";
import type { Call, Done, Handlers, ResponseOf } from "../operation.ts";
import { badCursor } from "./lookup.ts";

type Key = "GET /api/v1/releases" | "POST /api/v1/releases" | "GET /api/v1/releases/{id}" | "POST /api/v1/releases/{id}/{verb}";
type Body = ResponseOf<"GET /api/v1/releases/{id}">;
type Item = ResponseOf<"GET /api/v1/releases">["items"][number];

/** Releases: start, list, look at, move. */
export function createReleaseRoutes(engine: MeshEngine): Handlers<Key> {
  return {
    "GET /api/v1/releases": {
      kind: "direct",
      answer({ query: { active, cursor, limit, service } }) {
        const after = cursor === undefined ? undefined : readCursor(cursor);
        if (after === null) return err(badCursor(cursor ?? ""));
        const filter = {
          // One more than asked for tells whether there is another page.
          limit: limit + 1,
          ...(after === undefined ? {} : { after }),
          ...(service === undefined ? {} : { service }),
          ...(active === undefined ? {} : { active: active === "true" }),
        };
        const found = engine.releases.list(filter);
        const items = found.slice(0, limit).map((item) => structuredClone(item) as unknown as Item);
        const last = found[limit - 1];
        return ok({ body: { items, ...(found.length > limit && last !== undefined && { nextCursor: cursorOf(last) }) } });
      },
    },
    "POST /api/v1/releases": {
      kind: "command",
      command: createCommand,
      fields: (done) => fieldsOf(engine, done),
    },
    "GET /api/v1/releases/{id}": {
      kind: "direct",
      answer({ params }) {
        const release = engine.state().releases.get(params.id);
        if (release !== undefined) return ok({ body: bodyOf(engine, release) });
        const fix = "Look at GET /api/v1/releases.";
        return err(refusal({ path: "id", code: "release.unknown", detail: `There is no release "${params.id}".`, fix }));
      },
    },
    "POST /api/v1/releases/{id}/{verb}": {
      kind: "command",
      command: ({ body, params }) =>
        ok({
          kind: "release.move",
          release: params.id,
          verb: params.verb,
          ...(body?.weightBp === undefined ? {} : { weightBp: body.weightBp }),
        }),
      fields: (done, { params }) => fieldsOf(engine, done, params.id),
    },
  };
}

/** `a12`: release 12 while it was under way, `e12`: ended. */
function cursorOf(release: Parameters<typeof releasePlace>[0]): string {
  const { isUnderWay, number } = releasePlace(release);
  return `${isUnderWay ? "a" : "e"}${number}`;
}

function readCursor(cursor: string): ReleasePlace | null {
  const [, state, number] = /^([ae])([1-9]\d{0,14})$/.exec(cursor) ?? [];
  return number === undefined ? null : { isUnderWay: state === "a", number: Number(number) };
}

/** A service with a version, or a plan; not both. */
function createCommand({ body }: Call<"POST /api/v1/releases">): Result<Command, Refusal> {
  const { gates, judge, plan, service, start = true, strategy, version } = body;
  const manner = {
    strategy: strategy as string | Strategy,
    ...(gates === undefined ? {} : { gates }),
    ...(judge === undefined ? {} : { judge: judge as JudgeInput }),
  };
  if (plan !== undefined) {
    if (service === undefined && version === undefined) return ok({ kind: "release.create", plan, ...manner });
    const detail = "A plan says which services move, and to which versions.";
    return err(refusal({ path: "plan", code: "release.invalid", detail, fix: "Give a plan, or service and version." }));
  }
  if (service !== undefined && version !== undefined) return ok({ kind: "release.create", service, version, start, ...manner });
  const missing = service === undefined ? "service" : "version";
  const detail = `The ${missing} to release is missing.`;
  return err(refusal({ path: missing, code: "release.invalid", detail, fix: "Give service and version, or a plan." }));
}

/** The release that a command was about, after it; the first that it made unless an id is given. */
function fieldsOf(engine: MeshEngine, { change, state }: Done, id?: string): Body {
  const made = change?.events.find((event) => event.kind === "release-created");
  const release = state.releases.get(id ?? (made?.kind === "release-created" ? made.release.id : ""));
  invariant(release !== undefined, "a command about a release leaves it in the state");
  return bodyOf(engine, release);
}

function bodyOf(engine: MeshEngine, release: Release): Body {
  return structuredClone(engine.releases.show(release)) as unknown as Body;
}
