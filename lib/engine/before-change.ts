import type { Command, MeshState, Refusal } from "../model/index.ts";
import { ok, type Result } from "../std/index.ts";
import type { ChannelDesk } from "./channel-desk.ts";
import type { DecideContext } from "./decide/context.ts";
import type { IdentityDesk } from "./identity-desk.ts";
import type { SpaceDesk } from "./space-desk.ts";

/** What has to be looked up elsewhere before a command is decided: the only wait there is. */
export async function foundBefore(
  command: Command,
  { channels, space }: { readonly channels: ChannelDesk; readonly space: SpaceDesk },
): Promise<Result<Partial<DecideContext>, Refusal>> {
  if (command.kind === "channel.set") return ok(await channels.lookUp(command));
  const way = command.kind === "plan.create" ? await space.search(command) : null;
  return way === null ? ok({}) : way.ok ? ok({ way: way.value }) : way;
}

/** What has to hold outside the log before a decided change goes into it. */
export function admit(
  command: Command,
  { after, context, dryRun }: { readonly after: MeshState; readonly context: DecideContext; readonly dryRun: boolean },
  { channels, identities }: { readonly channels: ChannelDesk; readonly identities: IdentityDesk },
): Result<unknown, Refusal> {
  if (command.kind === "identity.rotate-root") return identities.admit(command, dryRun);
  return command.kind === "channel.set" && !dryRun ? channels.keepSecret(command, context, after) : ok(null);
}
