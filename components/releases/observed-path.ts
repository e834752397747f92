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
