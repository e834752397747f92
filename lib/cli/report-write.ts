import type { Change, WriteAnswer } from "../client/index.ts";
import type { CliContext } from "./cli-context.ts";
import { diffValues } from "./diff-values.ts";
import { formatShare } from "./format-figures.ts";

/** Tells what a write did, or would do: the change, who accepted it, what it means for exposure, and the engine's notes. */
export function reportWrite(context: CliContext, answer: Partial<WriteAnswer>): void {
  const { say, paint } = context;
  context.document(answer);
  if (answer.dryRun === true) say(paint.bold("Dry run: nothing was changed."));
  if (answer.change === null || answer.change === undefined) say("Nothing to change: it is so already.");
  else {
    // A change that was not made has no name yet.
    const id = answer.dryRun === true ? "" : `${answer.change.id}  `;
    for (const line of [id + titleOf(answer.change), ...describeDifference(answer.change)]) say(line);
  }
  if (answer.accepted !== undefined && answer.dryRun !== true && answer.change) {
    const { acknowledged, proxies } = answer.accepted;
    const text = `Accepted by ${acknowledged} of ${proxies} ${proxies === 1 ? "proxy" : "proxies"}.`;
    say(acknowledged < proxies || proxies === 0 ? paint.yellow(text) : text);
  }
  if (answer.exposure !== undefined && (answer.dryRun === true || isExposed(answer.exposure))) say(describeExposure(answer.exposure));
  for (const note of answer.notes ?? []) say(`Note: ${note}`);
}

/** A mesh without any exposure says nothing of it, except where somebody asks what would happen. */
function isExposed({ before, after }: NonNullable<WriteAnswer["exposure"]>): boolean {
  return before.broken + before.unproven + after.broken + after.unproven > 0;
}

/** What a change did, to what. */
export function titleOf({ kind, subject }: Change): string {
  return `${kind}  ${subject}`;
}

/** One indented line for each thing that differs. */
export function describeDifference({ before, after }: Change): string[] {
  return diffValues(before, after).map((line) => `  ${line}`);
}

/** Exposure before and after, in one sentence. */
export function describeExposure({ before, after }: NonNullable<WriteAnswer["exposure"]>): string {
  const part = (name: string, was: number, is: number) =>
    formatShare(was) === formatShare(is) ? `${name} ${formatShare(is)}` : `${name} ${formatShare(was)} → ${formatShare(is)}`;
  return `Exposure: ${part("broken", before.broken, after.broken)}, ${part("unproven", before.unproven, after.unproven)} of live request chains.`;
}
