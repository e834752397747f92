import { equalWeights, FULL_WEIGHT_BP, type Release, type RouteMatch, type RouteRule } from "../model/index.ts";

type Ruled = Pick<Release, "id" | "version" | "strategy" | "state">;

/**
 * The rules of a service with those that its release needs now: while it is running or paused. They come with its first move and go with the move that
 * leads to its end. Every other rule stays as it is.
 */
export function releaseRules(release: Ruled, rules: readonly RouteRule[]): readonly RouteRule[] {
  const others = rules.filter(({ name }) => name !== ruleName(release));
  const own = isRuling(release) ? ownRule(release) : null;
  return own === null ? (others.length === rules.length ? rules : others) : [own, ...others];
}

/** The hosts of a service with the preview host that its release needs now, or without it. */
export function releaseHosts(release: Ruled, hosts: readonly string[]): readonly string[] {
  const { strategy } = release;
  if (strategy.kind !== "blue-green") return hosts;
  const others = hosts.filter((host) => host !== strategy.previewHost);
  if (!isRuling(release)) return others.length === hosts.length ? hosts : others;
  return hosts.includes(strategy.previewHost) ? hosts : [...hosts, strategy.previewHost].sort();
}

/**
 * The names of the rules that keep requests from a release: those that are tried before its own, and those with a split of their own that sends anywhere else.
 * `rules`: in order of precedence, with the release's own.
 */
export function rulesInTheWay(release: Ruled, rules: readonly RouteRule[]): readonly string[] {
  const own = rules.findIndex(({ name }) => name === ruleName(release));
  return rules.flatMap((rule, index) => {
    if (index === own) return [];
    const goesElsewhere = rule.split !== undefined && !equalWeights(rule.split.weights, { [release.version]: FULL_WEIGHT_BP });
    return goesElsewhere || index < own ? [rule.name ?? `rule ${index + 1}`] : [];
  });
}

/** The rules without those of releases that need them no more. */
export function withoutEndedRules(releases: Iterable<Ruled>, rules: readonly RouteRule[]): readonly RouteRule[] {
  const ended = new Set([...releases].filter((release) => !isRuling(release)).map(ruleName));
  return rules.some(({ name }) => name !== undefined && ended.has(name))
    ? rules.filter(({ name }) => name === undefined || !ended.has(name))
    : rules;
}

/** Whether its rules and its preview host are there. */
export function isRuling({ state }: Pick<Release, "state">): boolean {
  return state === "running" || state === "paused";
}

function ruleName({ id }: Pick<Release, "id">): string {
  return `${id} release`;
}

function ownRule(release: Ruled): RouteRule | null {
  const { strategy, version } = release;
  const name = ruleName(release);
  switch (strategy.kind) {
    case "blue-green":
      return { name, matches: [hostMatch(strategy.previewHost)], split: { weights: { [version]: FULL_WEIGHT_BP } } };
    case "ab":
      return { name, matches: [strategy.match], split: { weights: { [version]: FULL_WEIGHT_BP } } };
    case "shadow":
      // Follows the split: the rule is only there for its copies.
      return {
        name,
        matches: [{}],
        filters: [{ type: "RequestMirror", requestMirror: { backendRef: { version }, percent: strategy.percent } }],
      };
    default:
      return null;
  }
}

/** The host with any port: the ingress seldom listens on 80. */
function hostMatch(host: string): RouteMatch {
  return { headers: [{ type: "RegularExpression", name: "host", value: `${host.replaceAll(".", "[.]")}(:[0-9]+)?` }] };
}
