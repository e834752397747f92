import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { UsageError } from "../exit-code.ts";
import { reportWrite } from "../report-write.ts";

const STEPS = ["trust-new", "issue-new", "drop-old"] as const;
type Step = (typeof STEPS)[number];

interface RotateOptions {
  readonly step?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

/** What each step does, said before and after it is taken. */
const MEANING: Readonly<Record<Step, string>> = {
  "trust-new": "both roots are trusted, the old one still issues",
  "issue-new": "the new root issues, both are trusted",
  "drop-old": "only the new root is trusted, the old one is deleted",
};

/** `interlock identities`, `interlock identities rotate-root` */
export function addIdentities({ program, action }: CommandHost): void {
  const identities = program
    .command("identities")
    .description("who holds which certificate, the roots they come from, and how far a root change is")
    .action(action(async (context) => showIdentities(context)));
  identities
    .command("rotate-root")
    .description(
      "take the next step of a root change: trust-new, issue-new, drop-old; refused until every proxy has followed the one before",
    )
    .option("--step <step>", "which one; identities says which is next")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing")
    .action(
      action(async (context, { step, reason, dryRun }: RotateOptions) => {
        // Named, so that a command that is repeated does not take two steps.
        if (step === undefined) {
          const { next } = (await context.client.call("GET /api/v1/identities", { query: { limit: 1 } })).rootChange;
          throw new UsageError(`Name the step with --step. The next one is ${next}: ${MEANING[next]}.`);
        }
        const wanted = STEPS.find((each) => each === step);
        if (wanted === undefined) throw new UsageError(`"${step}" is no step; the steps are ${STEPS.join(", ")}.`);
        const answer = await context.client.call("POST /api/v1/identities/rotate-root", {
          body: { step: wanted, ...(reason === undefined ? {} : { reason }) },
          dryRun: dryRun === true,
        });
        reportWrite(context, answer);
        const { rootChange } = answer;
        if (dryRun !== true && rootChange.step !== null) context.say(`Now ${MEANING[rootChange.step]}. Next: ${rootChange.next}.`);
        return undefined;
      }),
    );
}

async function showIdentities(context: CliContext): Promise<undefined> {
  const answer = await context.client.call("GET /api/v1/identities");
  const { items, roots, rootChange, trustDomain } = answer;
  context.document(answer);
  context.say(`Trust domain ${trustDomain}, certificates live ${formatLife(answer.ttlMs)}.`);
  for (const root of roots) context.say(`Root ${root.fingerprint.slice(0, 16)}, ${root.state}, until ${root.notAfter.slice(0, 10)}.`);
  if (rootChange.step === null || rootChange.step === "drop-old") {
    context.say(`No root change is under way; it would begin with ${rootChange.next}.`);
  } else {
    context.say(`A root change is under way: ${MEANING[rootChange.step]}. Next: ${rootChange.next}.`);
    for (const reason of rootChange.waitingFor) context.say(`  waits: ${reason}`);
  }
  if (items.length === 0) {
    context.say("No proxy holds a certificate.");
    return undefined;
  }
  context.table(
    [{ title: "IDENTITY" }, { title: "INSTANCE" }, { title: "PROXY" }, { title: "UNTIL" }, { title: "SERIAL" }, { title: "ROOT" }],
    items.map((item) => [
      item.identity,
      item.instance,
      item.connected ? item.proxy : { text: `${item.proxy} (away)`, colour: "yellow" as const },
      item.overdue ? { text: `${item.notAfter} overdue`, colour: "red" as const } : item.notAfter,
      item.serial.slice(0, 16),
      item.rootFingerprint.slice(0, 16),
    ]),
  );
  return undefined;
}

function formatLife(ms: number): string {
  return ms % 60_000 === 0 ? `${ms / 60_000} min` : `${ms / 1_000} s`;
}
