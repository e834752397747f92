/**
 * One live connection per browser, whatever the number of tabs.
 *
 * The tab that holds the Web Lock is the leader: it alone has a connection, and says everything it hears on a BroadcastChannel.
 * Followers take events and status from there. A tab that comes late asks (`want`) and gets the leader's merged picture as snapshots.
 * When the leader's tab closes, the browser gives the lock to a follower, which resumes after the last event it has seen: no gap.
 * A leader that says nothing for `LEADER_SILENCE_MS` (a tab frozen by the browser) is deposed: a follower steals the lock.
 * Where locks or channels are missing, each tab has a stream of its own.
 *
 * Invariant: a tab hears each event of its stream in order and once, from one leader at a time. A follower that has not got its picture yet
 * drops deltas, because the picture that it asked for contains them.
 */
import type { CancelTimer, Clock } from "../std/index.ts";
import { createLivePicture, type LivePicture } from "./live-picture.ts";
import { openLiveStream } from "./live-stream.ts";
import type { LiveEvent, LiveStatus, LiveStream, LiveStreamOptions } from "./live-types.ts";
import { createTimerClock } from "./timer-clock.ts";

/** How often a leader says that it is there. */
const LEADER_PULSE_MS = 1000;
/** Silence after which a follower takes over. */
const LEADER_SILENCE_MS = 5000;

type TabMessage =
  | { readonly kind: "event"; readonly event: LiveEvent }
  | { readonly kind: "status"; readonly status: LiveStatus }
  | { readonly kind: "want"; readonly tab: string }
  | {
      readonly kind: "picture";
      readonly tab: string;
      readonly events: readonly LiveEvent[];
      readonly lastEventId: string;
      readonly status: LiveStatus;
    };

export interface SharedLiveStreamOptions extends Omit<LiveStreamOptions, "lastEventId"> {
  /** Tests stand in for a browser here; by default what the browser offers. */
  readonly browser?: {
    readonly locks: TabLocks | undefined;
    openChannel: ((name: string) => TabChannel) | undefined;
  };
}

/** What is used of `navigator.locks`; declared here because the engine's compiler settings know no browser. */
export interface TabLocks {
  request(name: string, options: { readonly steal?: boolean; readonly signal?: AbortSignal }, task: () => Promise<void>): Promise<unknown>;
}

/** What is used of a BroadcastChannel. */
export interface TabChannel {
  onmessage: ((event: { readonly data: unknown }) => void) | null;
  postMessage(message: unknown): void;
  close(): void;
}

/** Opens the stream that all tabs with the same `url` and `topics` share. */
export function openSharedLiveStream(options: SharedLiveStreamOptions): LiveStream {
  const browser = options.browser ?? currentBrowser();
  if (browser.locks === undefined || browser.openChannel === undefined) return openLiveStream(options);
  const name = `interlock-live:${options.url}?topics=${[...options.topics].sort().join(",")}`;
  return joinTabs(options, browser.locks, browser.openChannel(name), name);
}

function currentBrowser(): NonNullable<SharedLiveStreamOptions["browser"]> {
  // Both are missing in some places (locks outside secure contexts), whatever the types say.
  const { navigator, BroadcastChannel: Channel } = globalThis as unknown as {
    readonly navigator?: { readonly locks?: TabLocks };
    readonly BroadcastChannel?: new (name: string) => TabChannel;
  };
  return { locks: navigator?.locks, openChannel: Channel && ((name) => new Channel(name)) };
}

interface Tab {
  readonly id: string;
  readonly options: SharedLiveStreamOptions;
  readonly clock: Clock;
  say(message: TabMessage): void;
}

function joinTabs(options: SharedLiveStreamOptions, locks: TabLocks, channel: TabChannel, name: string): LiveStream {
  const tab: Tab = {
    id: `${Math.random().toString(36).slice(2)}${Math.random().toString(36).slice(2)}`,
    options,
    clock: options.clock ?? createTimerClock(),
    say: (message) => channel.postMessage(message),
  };
  let closed = false;
  const follower = createFollower(tab, () => campaign(true));
  let leader: ReturnType<typeof lead> | undefined;

  channel.onmessage = (event) => {
    const data = event.data as TabMessage;
    if (data.kind === "want") leader?.answerWant(data.tab);
    else if (leader === undefined) follower.hear(data);
  };

  let waiting = new AbortController();

  function campaign(steal: boolean): void {
    // Whoever steals no longer queues: a second grant would make a tab lead twice.
    waiting.abort();
    waiting = new AbortController();
    const mine = waiting;
    const term = locks.request(name, steal ? { steal } : { signal: mine.signal }, async () => {
      if (closed) return;
      follower.pause();
      leader = lead(tab, follower.picture);
      await leader.over;
    });
    // Rejected when this request was given up, or when another tab stole the lock: then this one follows again.
    term.catch(() => {
      if (mine !== waiting) return;
      leader?.resign();
      leader = undefined;
      if (closed) return;
      follower.resume();
      campaign(false);
    });
  }

  follower.resume();
  campaign(false);
  return {
    close() {
      closed = true;
      waiting.abort();
      leader?.resign();
      follower.pause();
      channel.close();
    },
  };
}

/** Holds the connection and says what it hears. */
function lead(tab: Tab, picture: LivePicture) {
  let status: LiveStatus = { state: "connecting", lastEventAtMs: null, sinceMs: tab.clock.wallMs(), code: null };
  let resign = () => {};
  const stream = openLiveStream({
    ...tab.options,
    clock: tab.clock,
    lastEventId: picture.lastEventId,
    onEvent(event) {
      // The other tabs first: should this one die while drawing, they have missed nothing.
      tab.say({ kind: "event", event });
      picture.absorb(event);
      tab.options.onEvent(event);
    },
    onStatus(next) {
      status = next;
      tab.say({ kind: "status", status });
      tab.options.onStatus(status);
    },
  });
  const stopPulse = tab.clock.every(LEADER_PULSE_MS, () => tab.say({ kind: "status", status }));
  const ended = new Promise<void>((resolve) => {
    resign = () => {
      stream.close();
      stopPulse();
      resolve();
    };
  });
  return {
    resign: () => resign(),
    answerWant(to: string) {
      tab.say({ kind: "picture", tab: to, events: picture.snapshots(), lastEventId: picture.lastEventId, status });
    },
    /** Resolves when the term ends. */
    over: ended,
  };
}

/** Takes events from the leader; calls `onSilence` when there is none to be heard. */
function createFollower(tab: Tab, onSilence: () => void) {
  const picture = createLivePicture();
  let informed = false;
  let cancelSilence: CancelTimer = () => {};

  function watchSilence(): void {
    cancelSilence();
    cancelSilence = tab.clock.after(LEADER_SILENCE_MS, onSilence);
  }

  function take(event: LiveEvent): void {
    picture.absorb(event);
    tab.options.onEvent(event);
  }

  return {
    picture,
    hear(message: TabMessage): void {
      if (message.kind === "want") return;
      watchSilence();
      if (message.kind === "status") {
        tab.options.onStatus(message.status);
        // Asked while nobody led: ask the new leader.
        if (!informed) tab.say({ kind: "want", tab: tab.id });
      } else if (message.kind === "event" && informed) take(message.event);
      else if (message.kind === "picture" && message.tab === tab.id && !informed) {
        informed = true;
        for (const event of message.events) take(event);
        tab.options.onStatus(message.status);
      }
    },
    resume(): void {
      informed = false;
      watchSilence();
      tab.say({ kind: "want", tab: tab.id });
    },
    pause(): void {
      cancelSilence();
    },
  };
}
