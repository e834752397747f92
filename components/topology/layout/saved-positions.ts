import type { Point, Positions } from "./layout-graph.ts";

const POSITIONS_MAX = 20_000;

/** Where an operator dragged boxes to, kept in the browser per mesh. */
export interface SavedPositions {
  read(): Positions;
  save(id: string, point: Point): void;
  clear(): void;
}

/** `mesh` separates pictures of different meshes in one browser. Without storage (private window, quota) positions last as long as the page. */
export function createSavedPositions(storage: Pick<Storage, "getItem" | "setItem" | "removeItem"> | null, mesh: string): SavedPositions {
  const key = `interlock.positions.${mesh}`;
  let positions = readPositions(storage, key);
  return {
    read: () => positions,
    save(id, point) {
      positions = { ...positions, [id]: { x: Math.round(point.x), y: Math.round(point.y) } };
      tryStorage(() => storage?.setItem(key, JSON.stringify(positions)));
    },
    clear() {
      positions = {};
      tryStorage(() => storage?.removeItem(key));
    },
  };
}

/** The browser's storage; null where it forbids it, as one that blocks cookies does. */
export function browserStorage(owner: { readonly localStorage: Storage }): Storage | null {
  return tryStorage(() => owner.localStorage);
}

function readPositions(storage: Pick<Storage, "getItem"> | null, key: string): Positions {
  const text = tryStorage(() => storage?.getItem(key) ?? null);
  const parsed: unknown = text ? tryStorage(() => JSON.parse(text)) : null;
  if (typeof parsed !== "object" || parsed === null) return {};
  return Object.fromEntries(Object.entries(parsed).filter(isPosition).slice(0, POSITIONS_MAX));
}

function isPosition(entry: [string, unknown]): entry is [string, Point] {
  const value = entry[1];
  return (
    typeof value === "object" && value !== null && "x" in value && "y" in value && Number.isFinite(value.x) && Number.isFinite(value.y)
  );
}

function tryStorage<T>(action: () => T): T | null {
  try {
    return action();
  } catch {
    return null;
  }
}
