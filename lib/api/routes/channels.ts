import type { MeshEngine } from "../../engine/index.ts";
import { CHANNEL_TOPICS, type Channel, type ChannelTargetInput, type MeshState, type Refusal } from "../../model/index.ts";
import { err, invariant, ok, type Result } from "../../std/index.ts";
import { refusal } from "../answer.ts";
import type { Done, Handlers, ResponseOf } from "../operation.ts";

type Read = "GET /api/v1/channels/{name}";
type Key =
  | "GET /api/v1/channels"
  | Read
  | "PUT /api/v1/channels/{name}"
  | "DELETE /api/v1/channels/{name}"
  | "POST /api/v1/channels/{name}/test";
type ChannelBody = ResponseOf<Read>;

/** Channels: list, set, remove, try. */
export function createChannelRoutes(engine: MeshEngine): Handlers<Key> {
  const shown = (channel: Channel): ChannelBody => structuredClone(engine.channels.show(channel)) as unknown as ChannelBody;
  const current = ({ params }: { readonly params: { readonly name: string } }) => {
    const channel = engine.state().channels.get(params.name);
    return channel === undefined ? null : shown(channel);
  };
  const rev = ({ state }: Done, { params }: { readonly params: { readonly name: string } }) => state.channels.get(params.name)?.rev;
  return {
    "GET /api/v1/channels": {
      kind: "direct",
      answer() {
        const channels = [...engine.state().channels.values()].sort((left, right) => (left.name < right.name ? -1 : 1));
        return ok({ body: { items: channels.map(shown) } });
      },
    },
    "GET /api/v1/channels/{name}": {
      kind: "direct",
      answer({ params }) {
        const channel = findChannel(engine.state(), params.name);
        return channel.ok ? ok({ body: shown(channel.value), rev: channel.value.rev }) : channel;
      },
    },
    "PUT /api/v1/channels/{name}": {
      kind: "command",
      command: ({ body: { enabled = true, minSeverity = "warning", secret, target, topics = [...CHANNEL_TOPICS] }, params, rev: seen }) =>
        ok({
          kind: "channel.set",
          name: params.name,
          rev: seen,
          target: target as ChannelTargetInput,
          ...(secret === undefined ? {} : { secret }),
          topics,
          minSeverity,
          enabled,
        }),
      fields({ state }, { params }) {
        const channel = state.channels.get(params.name);
        invariant(channel !== undefined, "a channel that was set is there");
        return { channel: shown(channel) };
      },
      rev,
      current,
    },
    "DELETE /api/v1/channels/{name}": {
      kind: "command",
      command: ({ params, rev: seen }) => ok({ kind: "channel.remove", name: params.name, rev: seen }),
      fields: () => ({}),
      current,
    },
    "POST /api/v1/channels/{name}/test": {
      kind: "direct",
      async answer({ author, params }) {
        const tested = await engine.channels.test(params.name, author.author);
        return tested.ok ? ok({ body: tested.value }) : tested;
      },
    },
  };
}

function findChannel({ channels }: MeshState, name: string): Result<Channel, Refusal> {
  const channel = channels.get(name);
  if (channel !== undefined) return ok(channel);
  const fix = "Look at GET /api/v1/channels.";
  return err(refusal({ path: "name", code: "channel.unknown", detail: `There is no channel "${name}".`, fix }));
}
