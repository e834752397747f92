import type { LoadBalancingKind, SnapshotEndpoint } from "../../model/index.ts";
import type { Balancer, BalancerPick } from "./balancer.ts";
import { createBalancer } from "./create-balancer.ts";
import type { Member } from "./member.ts";
import { isAway, type Level } from "./plan-levels.ts";
import { type LevelHealth, type Spread, spreadOver } from "./spread.ts";
import { mixHash } from "./stable-hash.ts";
import { fraction } from "./weighted-draw.ts";

/** What a pool asks of whoever judges health. */
export interface MemberSource {
  /** Grows whenever an instance became healthy or unhealthy. */
  readonly revision: number;
  memberOf(endpoint: SnapshotEndpoint): Member;
}

/** A level with its balancer, and how it stands. */
export interface PoolLevel {
  readonly level: Level;
  readonly members: readonly Member[];
  readonly health: LevelHealth;
  readonly share: number;
}

const LEVEL_SALT = 0x1b873593;
const NO_SPREAD: Spread = { shares: [], isPanic: false };

/**
 * Where requests for one version go: priority levels, spread by health, each with a balancer. One per version and set of versions that the
 * caller may meet. `update` keeps turns, rings and tables of levels that stay; `choose` allocates nothing unless health has changed.
 */
export class EndpointPool {
  readonly #source: MemberSource;
  #kind: LoadBalancingKind | null = null;
  #panicThresholdPercent = 50;
  #levels: readonly Level[] = [];
  #members: readonly (readonly Member[])[] = [];
  #balancers: readonly Balancer[] = [];
  #health: readonly LevelHealth[] = [];
  #spread = NO_SPREAD;
  #seenRevision = -1;
  /** By level. */
  #away: readonly boolean[] = [];
  #lastIsAway = false;

  constructor(source: MemberSource) {
    this.#source = source;
  }

  update(levels: readonly Level[], kind: LoadBalancingKind, panicThresholdPercent: number): void {
    const kept = kind === this.#kind ? new Map(this.#levels.map((level, index) => [keyOf(level), this.#balancers[index]])) : null;
    this.#kind = kind;
    this.#panicThresholdPercent = panicThresholdPercent;
    this.#levels = levels;
    this.#away = levels.map((level) => isAway(level, levels));
    this.#members = levels.map(({ endpoints }) => endpoints.map((endpoint) => this.#source.memberOf(endpoint)));
    this.#balancers = levels.map((level, index) => {
      const balancer = kept?.get(keyOf(level)) ?? createBalancer(kind);
      balancer.update(this.#members[index] ?? []);
      return balancer;
    });
    this.#seenRevision = -1;
  }

  /** Undefined when no instance is left that may be chosen. */
  choose(pick: BalancerPick): Member | undefined {
    if (this.#seenRevision !== this.#source.revision) this.#respread();
    const first = this.#drawLevel(pick);
    const chosen = first < 0 ? undefined : this.#chooseIn(first, pick);
    return chosen ?? this.#chooseElsewhere(first, pick);
  }

  /** Whether the last choice left what requests prefer, for another zone or version: a failover. */
  get lastIsAway(): boolean {
    return this.#lastIsAway;
  }

  /** Whether requests go to unhealthy instances too. */
  get isPanic(): boolean {
    this.#refresh();
    return this.#spread.isPanic;
  }

  /** How the levels stand now. */
  levels(): readonly PoolLevel[] {
    this.#refresh();
    return this.#levels.map((level, index) => ({
      level,
      members: this.#members[index] ?? [],
      health: this.#health[index] ?? { kind: level.kind, total: 0, healthy: 0 },
      share: this.#spread.shares[index] ?? 0,
    }));
  }

  #refresh(): void {
    if (this.#seenRevision !== this.#source.revision) this.#respread();
  }

  #respread(): void {
    this.#seenRevision = this.#source.revision;
    this.#health = this.#levels.map(({ kind }, index) => {
      const members = this.#members[index] ?? [];
      return { kind, total: members.length, healthy: members.filter(({ isHealthy }) => isHealthy).length };
    });
    this.#spread = spreadOver(this.#health, this.#panicThresholdPercent);
  }

  /** The position of a level by the shares; -1 when none has one. A key goes to the same level as long as the shares stay. */
  #drawLevel({ hash, random }: BalancerPick): number {
    const { shares } = this.#spread;
    if (shares[0] === 1) return 0;
    let left = hash < 0 ? fraction(random) : mixHash(hash, LEVEL_SALT) / 0x1_0000_0000;
    let last = -1;
    for (let index = 0; index < shares.length; index++) {
      const share = shares[index] ?? 0;
      if (share <= 0) continue;
      last = index;
      left -= share;
      if (left < 0) return index;
    }
    return last;
  }

  /** Another attempt of a request whose level has nothing more to offer goes to the next that may have something. */
  #chooseElsewhere(tried: number, pick: BalancerPick): Member | undefined {
    for (let index = 0; index < this.#levels.length; index++) {
      const chosen = index === tried ? undefined : this.#chooseIn(index, pick);
      if (chosen !== undefined) return chosen;
    }
    return undefined;
  }

  #chooseIn(index: number, pick: BalancerPick): Member | undefined {
    const kind = this.#levels[index]?.kind ?? "preferred";
    const chosen = this.#balancers[index]?.choose(pick, this.#spread.isPanic && kind !== "version");
    if (chosen !== undefined) this.#lastIsAway = this.#away[index] ?? false;
    return chosen;
  }
}

function keyOf({ kind, version, zone }: Level): string {
  return kind === "zone" ? `zone ${zone ?? ""}` : `${kind} ${version}`;
}
