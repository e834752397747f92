/** A moment in ms, the share of requests that the version got then (null: there were none), and on how many that rests. */
export type ObservedPoint = readonly [atMs: number, share: number | null, requests: number];

interface Plane {
  readonly x: (atMs: number) => number;
  readonly y: (weightBp: number) => number;
}

/** An SVG path through the shares; broken where there was no request. */
export function observedPath(points: readonly ObservedPoint[], { x, y }: Plane): string {
  let isDown = false;
  return points
    .map(([atMs, share]) => {
      if (share === null) {
        isDown = false;
        return "";
      }
      const command = isDown ? "L" : "M";
      isDown = true;
      return `${command}${x(atMs)} ${Math.round(y(share * 10_000) * 100) / 100}`;
    })
    .join("");
}

/** Shares drawn on fewer requests than this jump about without meaning anything. */
const POOLED_LEAST = 40;

/** Neighbouring points as one, until each rests on enough requests; where nobody asked the line is broken. The last may rest on fewer. */
export function poolShares(points: readonly ObservedPoint[], least = POOLED_LEAST): readonly ObservedPoint[] {
  const pooled: ObservedPoint[] = [];
  let [hits, requests] = [0, 0];
  for (const [place, [atMs, share, count]] of points.entries()) {
    if (share === null) {
      if (requests === 0) pooled.push([atMs, null, 0]);
    } else {
      hits += share * count;
      requests += count;
    }
    if (requests > 0 && (requests >= least || place === points.length - 1)) {
      pooled.push([atMs, hits / requests, requests]);
      [hits, requests] = [0, 0];
    }
  }
  return pooled;
}
