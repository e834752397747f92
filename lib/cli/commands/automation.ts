import type { ResponseOf } from "../../client/index.ts";
import type { CliContext } from "../cli-context.ts";
import type { CommandHost } from "../command-host.ts";
import { UnreadableError, UsageError } from "../exit-code.ts";
import { readDocument } from "../read-document.ts";
import { reportWrite } from "../report-write.ts";

type Policy = ResponseOf<"GET /api/v1/policies/{id}">;
type Replay = ResponseOf<"POST /api/v1/policies/{id}/dry-run">;

interface Options {
  readonly file?: string;
  readonly reason?: string;
  readonly dryRun?: boolean;
}

type WithParent = { readonly parent?: { readonly opts: () => Options } | null };

/** `interlock policy list | show | add | change | enable | disable | remove | try`, beside the traffic policy of a service. */
export function addAutomation({ action, program }: CommandHost): void {
  const policy = program.commands.find((command) => command.name() === "policy");
  if (policy === undefined) throw new TypeError("the command policy comes first");
  policy.command("list").description("policies: what each is for, and what it would do now").action(action(list));
  policy
    .command("show <id>")
    .description("one policy: its rule, what it reads, what it would do now")
    .action(
      action(async (context, id: string) => show(context, await context.client.call("GET /api/v1/policies/{id}", { params: { id } }))),
    );
  write(policy.command("add").description("add a policy from a file: interlock policy add -f errors.yaml")).action(
    action(async (context, options: Options, command: WithParent) => {
      const { dryRun = false, file, reason } = all(options, command);
      const body = { ...(await readRule(context, file)), ...(reason === undefined ? {} : { reason }) };
      const made = await context.client.call("POST /api/v1/policies", { body, dryRun });
      reportWrite(context, made);
      if (!dryRun) context.say(`${made.id}  ${made.sentence}`);
      return undefined;
    }),
  );
  write(policy.command("change <id>").description("replace a policy from a file")).action(
    action(async (context, id: string, options: Options, command: WithParent) => {
      const given = all(options, command);
      return change(context, id, { ...given, rule: await readRule(context, given.file) });
    }),
  );
  for (const [verb, enabled] of [
    ["enable", true],
    ["disable", false],
  ] as const) {
    write(policy.command(`${verb} <id>`).description(`switch a policy ${enabled ? "on" : "off"}`)).action(
      action(async (context, id: string, options: Options, command: WithParent) => {
        const known = await context.client.call("GET /api/v1/policies/{id}", { params: { id } });
        return change(context, id, { ...all(options, command), rule: { ...ruleOf(known), enabled } });
      }),
    );
  }
  write(policy.command("remove <id>").description("remove a policy of your own")).action(
    action(async (context, id: string, options: Options, command: WithParent) => {
      const { dryRun = false, reason } = all(options, command);
      const { rev } = await context.client.call("GET /api/v1/policies/{id}", { params: { id } });
      const query = reason === undefined ? {} : { query: { reason } };
      reportWrite(context, await context.client.call("DELETE /api/v1/policies/{id}", { params: { id }, rev, ...query, dryRun }));
      return undefined;
    }),
  );
  write(policy.command("try [id]").description("what a policy, or the rule in a file, would have done in the last hour")).action(
    action(async (context, id: string | undefined, options: Options, command: WithParent) => {
      const { file } = all(options, command);
      if (id === undefined && file === undefined)
        throw new UsageError("Name a policy, or a file with a rule: interlock policy try -f errors.yaml.");
      const rule = file === undefined ? {} : { policy: await readRule(context, file) };
      const call = { params: { id: id ?? "draft" }, body: rule };
      return report(context, await context.client.call("POST /api/v1/policies/{id}/dry-run", call));
    }),
  );
}

function write<T extends { option(flags: string, description: string): T }>(command: T): T {
  return command
    .option("-f, --file <file>", "YAML or JSON with the rule (- reads standard input)")
    .option("--reason <text>", "why, for the log")
    .option("--dry-run", "say what would happen and change nothing");
}

/** Options that `interlock policy` has too are read by it. */
function all(options: Options, { parent }: WithParent): Options {
  return { ...parent?.opts(), ...options };
}

async function readRule(context: CliContext, file: string | undefined): Promise<Parameters<typeof ruleOf>[0]> {
  if (file === undefined) throw new UsageError("The rule is missing: -f policy.yaml, or -f - for standard input.");
  const document = await readDocument(context.io, file);
  if (typeof document === "object" && document !== null && !Array.isArray(document)) return document as Policy;
  throw new UnreadableError(`${file} holds no policy. Write name, kind, trigger and actions; docs/policies.md shows some.`);
}

function ruleOf({
  actions,
  enabled,
  guard,
  kind,
  name,
  trigger,
}: Pick<Policy, "actions" | "enabled" | "guard" | "kind" | "name" | "trigger">) {
  return { name, kind, enabled, trigger, ...(guard === undefined ? {} : { guard }), actions };
}

async function change(
  context: CliContext,
  id: string,
  { dryRun = false, reason, rule }: Options & { readonly rule: Parameters<typeof ruleOf>[0] },
): Promise<undefined> {
  const { rev } = await context.client.call("GET /api/v1/policies/{id}", { params: { id } });
  const body = { ...rule, ...(reason === undefined ? {} : { reason }) };
  const changed = await context.client.call("PUT /api/v1/policies/{id}", { params: { id }, rev, body, dryRun });
  reportWrite(context, changed);
  return undefined;
}

async function list(context: CliContext): Promise<undefined> {
  const answer = await context.client.call("GET /api/v1/policies");
  context.document(answer);
  context.table(
    ["ID", "STATE", "KIND", "NAME", "NOW"].map((title) => ({ title })),
    answer.items.map(({ id, kind, name, now, state }) => [id, stateCell(state), kind, name, now]),
  );
  return undefined;
}

function stateCell(state: Policy["state"]) {
  if (state === "firing") return { text: state, colour: "red" as const };
  return state === "pending" ? { text: state, colour: "yellow" as const } : state;
}

function show(context: CliContext, policy: Policy): undefined {
  context.document(policy);
  context.say(`${policy.id}  ${policy.name}  rev ${policy.rev}  ${policy.state}`);
  context.say(policy.sentence);
  context.say(`Now: ${policy.now}`);
  if (policy.lastActedAt !== null) context.say(`It last acted at ${policy.lastActedAt}.`);
  if (policy.readings.length === 0) return undefined;
  context.say("");
  context.table(
    [{ title: "SUBJECT" }, { title: "VALUE", align: "right" as const }, { title: "STATE" }],
    policy.readings.map(({ phase, subject, value }) => [
      subject || "the mesh",
      value === null ? "no data" : String(Number(value.toPrecision(4))),
      stateCell(phase),
    ]),
  );
  return undefined;
}

function report(context: CliContext, replay: Replay): undefined {
  context.document(replay);
  context.say(replay.sentence);
  context.say(`Now: ${replay.now}`);
  if (replay.notStored.length > 0) context.say(`Not looked at, because it is not stored: ${replay.notStored.join(", ")}.`);
  const time = (ms: number) => new Date(ms).toISOString().slice(11, 19);
  const { acts, firings } = replay;
  context.say(`In the last hour it would have fired ${firings.length === 1 ? "once" : `${firings.length} times`}.`);
  for (const { firedMs, resolvedMs, sentence, subject } of firings)
    context.say(`  ${time(firedMs)} to ${resolvedMs === null ? "now" : time(resolvedMs)}  ${subject || "the mesh"}: ${sentence}`);
  for (const { atMs, does, heldBy, subject } of acts) {
    const held = heldBy === null ? "" : heldBy === "cooldown" ? " (held back: cooldown)" : " (held back: too often in an hour)";
    context.say(`  ${time(atMs)}  would ${does} for ${subject || "the mesh"}${held}`);
  }
  return undefined;
}
