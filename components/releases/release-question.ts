/**
 * What a new release is asked for, as the address carries it: `?new=recommendations@1.3.0&strategy=careful&gates=pass`.
 *
 * Invariant: reading what was written gives the same question; what cannot be read is left out, and the engine judges the rest.
 */
import { quote } from "@/components/ui/quote.ts";
import type { ReleaseRequest } from "./release-view.ts";

export const GATES = ["none", "manual", "pass"] as const;
export type Gates = (typeof GATES)[number];

export interface ReleaseQuestion {
  /** Empty: not chosen yet. */
  readonly service: string;
  readonly version: string;
  /** Empty: the usual one. */
  readonly strategy: string;
  readonly gates: Gates;
}

/** The question of an address; null where it asks for no release. */
export function readReleaseQuestion(params: URLSearchParams): ReleaseQuestion | null {
  const asked = params.get("new");
  if (asked === null) return null;
  const [service = "", version = ""] = asked.trim().split("@");
  return { service, version, strategy: params.get("strategy") ?? "", gates: GATES.find((each) => each === params.get("gates")) ?? "none" };
}

/** Parameters of the address that carry a question; null closes the form. */
export function writeReleaseQuestion(question: ReleaseQuestion | null): Readonly<Record<"new" | "strategy" | "gates", string>> {
  if (question === null) return { new: "", strategy: "", gates: "" };
  const { gates, service, strategy, version } = question;
  // An empty value would take the parameter out, and the form with it.
  return { new: service === "" ? " " : `${service}@${version}`, strategy, gates: gates === "none" ? "" : gates };
}

/** Where a release of a version is prepared. */
export function newReleaseHref(service = "", version = ""): string {
  return `/releases?${new URLSearchParams({ new: service === "" ? " " : `${service}@${version}` })}`;
}

/** What is judged beside errors, as the form holds it. */
export interface JudgeDraft {
  /** Errors: how much worse is harm, in percent of the baseline's share. Empty: the engine's default. */
  readonly tolerancePercent: string;
  /** Slower than this counts as bad; empty: latency is not judged. */
  readonly boundaryMs: string;
  readonly minRequests: string;
}

export const PLAIN_JUDGE: JudgeDraft = { tolerancePercent: "", boundaryMs: "", minRequests: "" };

/** The request's body. A field that is no number goes out as it was typed, for the engine to name. */
export function releaseBody(question: ReleaseQuestion, strategy: string, judge: JudgeDraft = PLAIN_JUDGE, reason = "") {
  const { gates, service, version } = question;
  const judged = judgeBody(judge);
  return {
    service,
    version,
    strategy,
    ...(gates !== "none" && { gates }),
    ...(judged !== null && { judge: judged }),
    ...(reason !== "" && { reason }),
  } satisfies ReleaseRequest;
}

function judgeBody({ boundaryMs, minRequests, tolerancePercent }: JudgeDraft) {
  const tolerance = typed(tolerancePercent, (percent) => percent / 100);
  const boundary = typed(boundaryMs);
  const least = typed(minRequests);
  if (tolerance === undefined && boundary === undefined && least === undefined) return null;
  const errors = { kind: "errors" as const, ...(tolerance !== undefined && { tolerance }) };
  const latency = boundary === undefined ? [] : [{ kind: "latency" as const, boundaryMs: boundary }];
  const isPlain = tolerance === undefined && boundary === undefined;
  return { ...(!isPlain && { metrics: [errors, ...latency] }), ...(least !== undefined && { minRequests: least }) };
}

function typed(text: string, change: (value: number) => number = (value) => value): number | undefined {
  const trimmed = text.trim();
  if (trimmed === "") return undefined;
  const value = Number(trimmed.replace(",", "."));
  return Number.isNaN(value) ? (trimmed as unknown as number) : change(value);
}

/** The same on a command line. */
export function releaseCommand(question: ReleaseQuestion, strategy: string, judge: JudgeDraft = PLAIN_JUDGE, reason = ""): string {
  const { gates, service, version } = question;
  const words = [
    `${service}@${version}`,
    "--strategy",
    strategy,
    ...(gates === "none" ? [] : ["--gates", gates]),
    ...(judge.boundaryMs.trim() === "" ? [] : ["--latency", judge.boundaryMs.trim()]),
    ...(judge.minRequests.trim() === "" ? [] : ["--min-requests", judge.minRequests.trim()]),
    ...(reason === "" ? [] : ["--reason", reason]),
  ];
  return ["interlock", "release", "start", ...words.map(quote)].join(" ");
}
