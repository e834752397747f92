import { FIND_FIELDS, FIND_FIGURES, FIND_STATES } from "./find-query.ts";
import { type Token, tokenize } from "./tokenize.ts";

/** What may stand at the caret: `text` replaces `from`…`to`. */
export interface Completion {
  readonly text: string;
  readonly kind: "figure" | "field" | "state" | "keyword" | "name" | "version" | "operator";
  readonly from: number;
  readonly to: number;
}

/** Names that completions come from. */
export interface CompletionNames {
  readonly services: readonly string[];
  readonly versions: readonly string[];
}

const COMPLETIONS_MAX = 8;

/** What fits at `caret`, best first, at most eight. */
export function completeFind(text: string, caret: number, names: CompletionNames): Completion[] {
  const before = tokenize(text.slice(0, caret));
  const last = before.at(-1);
  const typing = last?.kind === "word" && last.end === caret ? last : null;
  const context = typing ? before.slice(0, -1) : before;
  const range = { from: typing?.start ?? caret, to: caret };
  const typed = typing?.text.toLowerCase() ?? "";
  return candidates(context, names)
    .filter((candidate) => candidate.text.toLowerCase().startsWith(typed) && candidate.text.trimEnd().toLowerCase() !== typed)
    .slice(0, COMPLETIONS_MAX)
    .map((candidate) => ({ ...candidate, ...range }));
}

type Candidate = Pick<Completion, "text" | "kind">;

function candidates(context: readonly Token[], names: CompletionNames): Candidate[] {
  const last = context.at(-1);
  if (last?.kind === "colon") return valuesOf(context.at(-2)?.text.toLowerCase() ?? "", names);
  if (last?.kind === "operator") return [];
  if (last?.kind === "word" && isFigure(last.text)) return [">", "<", ">=", "<="].map((text) => ({ text: `${text} `, kind: "operator" }));
  const terms: Candidate[] = [
    ...FIND_FIGURES.slice(0, 3).map((text) => ({ text: `${text} > `, kind: "figure" as const })),
    ...FIND_STATES.map((text) => ({ text: `${text} `, kind: "state" as const })),
    ...FIND_FIELDS.map((text) => ({ text: `${text}:`, kind: "field" as const })),
    ...FIND_FIGURES.slice(3).map((text) => ({ text: `${text} > `, kind: "figure" as const })),
    ...names.services.map((text) => ({ text: `${text} `, kind: "name" as const })),
    { text: "not ", kind: "keyword" },
  ];
  return isComplete(last) ? [{ text: "and ", kind: "keyword" }, { text: "or ", kind: "keyword" }, ...terms] : terms;
}

function valuesOf(field: string, names: CompletionNames): Candidate[] {
  if (field === "version") return ["canary", ...names.versions].map((text) => ({ text: `${text} `, kind: "version" }));
  return names.services.map((text) => ({ text: `${text} `, kind: "name" }));
}

function isFigure(text: string): boolean {
  return (FIND_FIGURES as readonly string[]).includes(text.toLowerCase());
}

/** Whether a term ends here, so that `and` or `or` may follow. */
function isComplete(last: Token | undefined): boolean {
  if (!last || last.kind === "open") return false;
  return !(last.kind === "word" && ["and", "or", "not"].includes(last.text.toLowerCase()));
}
