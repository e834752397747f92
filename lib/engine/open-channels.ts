import { randomUUID } from "node:crypto";
import { Guard, type Resolve } from "../guarded-request/index.ts";
import { type KekSource, type OldKekSource, openSecretVault } from "../identity/index.ts";
import { createDeliver, openOutbox } from "../notify/index.ts";
import { type Clock, ok, type Random, type Result } from "../std/index.ts";
import { ChannelDesk } from "./channel-desk.ts";
import type { HealthLog } from "./health-log.ts";

/** How channels reach others. */
export interface NotifySettings {
  /** `host:port` pairs that channels may send to though they are not on the public internet, in plain text too. */
  readonly allow?: readonly string[];
  /** Address of the console, for links in messages; `http://127.0.0.1:3000` unless given. */
  readonly console?: string;
  /** How names are resolved; the system's way unless given. */
  readonly resolve?: Resolve;
  /** An authority to trust beside the system's, PEM. */
  readonly ca?: string;
}

export interface OpenChannelsOptions {
  readonly dir: string;
  readonly clock: Clock;
  readonly random: Random;
  readonly health: HealthLog;
  readonly kek: KekSource;
  readonly oldKek: OldKekSource | undefined;
  readonly notify: NotifySettings;
  readonly version: string;
  readonly onFault: (error: unknown) => void;
}

/** The desk of the channels, over their secrets and what waits for them. */
export interface OpenChannels {
  readonly desk: ChannelDesk;
  readonly wasRekeyed: boolean;
  close(): void;
}

const CONSOLE = "http://127.0.0.1:3000";

/** Opens what channels keep in the data folder. */
export function openChannels(options: OpenChannelsOptions): Result<OpenChannels, { readonly code: string; readonly detail: string }> {
  const { clock, dir, health, kek, notify, oldKek, onFault, random, version } = options;
  const vault = openSecretVault({ dir, kek, oldKek, onDamaged: (sentence) => health.add("limit-reached", "secrets.json", sentence) });
  if (!vault.ok) return vault;
  const outbox = openOutbox(dir, (sentence) => health.add("limit-reached", "notifications.sqlite", sentence));
  if (!outbox.ok) return outbox;
  const guard = new Guard({
    allowed: notify.allow ?? [],
    variable: "INTERLOCK_NOTIFY_ALLOW",
    ...(notify.resolve === undefined ? {} : { resolve: notify.resolve }),
  });
  const ca = notify.ca === undefined ? {} : { ca: notify.ca };
  const deliver = createDeliver({ guard, clock, secret: (ref) => vault.value.read(ref), version, ...ca });
  const desk = new ChannelDesk({
    clock,
    random,
    health,
    outbox: outbox.value,
    vault: vault.value,
    guard,
    deliver,
    console: (notify.console ?? CONSOLE).replace(/\/+$/, ""),
    newId: randomUUID,
    onFault,
  });
  return ok({ desk, wasRekeyed: vault.value.wasRekeyed, close: () => outbox.value.close() });
}
