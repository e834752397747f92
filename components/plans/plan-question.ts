/**
 * What a new plan is asked for, as the address carries it: `?new=checkout@2.0.0,payments@3.0.0&avoid=fraud@0.9.0&prefer=risk`.
 *
 * Invariant: reading what was written gives the same question; what cannot be read is left out, and the engine judges the rest.
 */
import { quote } from "@/components/ui/quote.ts";

export const PREFERENCES = ["steps", "waves", "risk"] as const;
export type Preference = (typeof PREFERENCES)[number];

export interface NamedVersion {
  readonly service: string;
  readonly version: string;
}

export interface PlanQuestion {
  readonly target: readonly NamedVersion[];
  readonly avoid: readonly NamedVersion[];
  readonly prefer: Preference;
}

/** The question of an address; null where it asks for no plan. */
export function readPlanQuestion(params: URLSearchParams): PlanQuestion | null {
  const target = params.get("new");
  if (target === null) return null;
  const prefer = PREFERENCES.find((each) => each === params.get("prefer")) ?? "steps";
  return { target: readVersions(target), avoid: readVersions(params.get("avoid") ?? ""), prefer };
}

/** Parameters of the address that carry a question; null closes the form. */
export function writePlanQuestion(question: PlanQuestion | null): Readonly<Record<"new" | "avoid" | "prefer", string>> {
  if (question === null) return { new: "", avoid: "", prefer: "" };
  const { avoid, prefer, target } = question;
  // An empty value would take the parameter out, and the form with it.
  return { new: writeVersions(target) || " ", avoid: writeVersions(avoid), prefer: prefer === "steps" ? "" : prefer };
}

/** Where a plan to these versions is made. */
export function newPlanHref(target: readonly NamedVersion[]): string {
  return `/plans?${new URLSearchParams({ new: writeVersions(target) || " " })}`;
}

/** The request's body. */
export function planBody({ avoid, prefer, target }: PlanQuestion, reason = "") {
  return {
    target: Object.fromEntries(target.map(({ service, version }) => [service, version])),
    ...(avoid.length > 0 && { avoid: [...avoid] }),
    ...(prefer !== "steps" && { prefer }),
    ...(reason !== "" && { reason }),
  };
}

/** The same on a command line. */
export function planCommand({ avoid, prefer, target }: PlanQuestion, reason = ""): string {
  const words = [
    ...target.map(({ service, version }) => `${service}=${version}`),
    ...avoid.flatMap(({ service, version }) => ["--avoid", `${service}@${version}`]),
    ...(prefer === "steps" ? [] : ["--prefer", prefer]),
    ...(reason === "" ? [] : ["--reason", reason]),
  ];
  return ["interlock", "plan", ...words.map(quote)].join(" ");
}

function readVersions(text: string): readonly NamedVersion[] {
  return text
    .trim()
    .split(",")
    .flatMap((part) => {
      const at = part.indexOf("@");
      return at <= 0 || at === part.length - 1 ? [] : [{ service: part.slice(0, at), version: part.slice(at + 1) }];
    });
}

function writeVersions(versions: readonly NamedVersion[]): string {
  return versions.map(({ service, version }) => `${service}@${version}`).join(",");
}
