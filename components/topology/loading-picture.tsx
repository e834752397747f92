import { Skeleton } from "@/components/ui/states.tsx";
import { NODE_WIDTH } from "./node/node-size.ts";

const PLACES = [
  [0.04, 0.42],
  [0.3, 0.16],
  [0.3, 0.38],
  [0.3, 0.6],
  [0.56, 0.26],
  [0.56, 0.54],
  [0.8, 0.4],
] as const;

/** Boxes where services will be, until the first picture has come. */
export function LoadingPicture() {
  return (
    <div aria-hidden className="pointer-events-none absolute inset-0">
      {PLACES.map(([left, top]) => (
        <Skeleton
          key={`${left} ${top}`}
          style={{ left: `${left * 100}%`, top: `${top * 100}%`, width: NODE_WIDTH, height: 92, position: "absolute" }}
          className="rounded-[9px]"
        />
      ))}
    </div>
  );
}
