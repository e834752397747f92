import { ApiProblem } from "@/lib/client/index.ts";
import { canonicalJson } from "@/lib/std/index.ts";

/** Why a form could not be saved on the rev that it was opened with. */
export type StaleEdit<Part> =
  /** What it edits no longer exists. */
  | { readonly kind: "gone" }
  /** The service changed elsewhere: what the form edits stands as it was opened. */
  | { readonly kind: "elsewhere"; readonly rev: number; readonly now: Part }
  /** Somebody changed the very thing that the form edits. */
  | { readonly kind: "same-place"; readonly rev: number; readonly now: Part };

/** Reads a refusal for a stale rev; null for any other error. `partOf` takes what the form edits out of the state that the engine shows. */
export function staleEditOf<State, Part>(error: unknown, opened: Part, partOf: (state: State) => Part): StaleEdit<Part> | null {
  if (!(error instanceof ApiProblem) || error.status !== 412 || error.current === undefined) return null;
  const { rev, state } = error.current;
  if (state === null || state === undefined) return { kind: "gone" };
  const now = partOf(state as State);
  return { kind: canonicalJson(now) === canonicalJson(opened) ? "elsewhere" : "same-place", rev, now };
}
