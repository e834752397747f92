/** Topics whose newest value is all that counts; the fourth, `activity`, is a log. */
export const FIGURE_TOPICS = ["topology", "splits", "health"] as const;

export type FigureTopic = (typeof FIGURE_TOPICS)[number];

/** One topic of figures: looks at the mesh when told to, and knows what changed since it last looked. */
export interface FigureSource {
  /** Looks again. JSON of the delta's data, or null when nothing changed. */
  refresh(): string | null;
  /** JSON of the whole as of the last look. */
  snapshot(): string;
}

/** What entities look like as JSON, by key; tells which changed and which are gone. */
export class EntityTable {
  #json = new Map<string, string>();
  /** What is compared; differs from the JSON where a part of it does not count as a change. */
  #marks = new Map<string, string>();

  /** Takes the entities as they are now, as `[key, mark, json]`; `json` is only called for those that changed. */
  update(entities: Iterable<readonly [key: string, mark: string, json: () => string]>): { changed: string[]; removed: string[] } {
    const changed: string[] = [];
    const marks = new Map<string, string>();
    const next = new Map<string, string>();
    for (const [key, mark, json] of entities) {
      marks.set(key, mark);
      const known = this.#marks.get(key) === mark ? this.#json.get(key) : undefined;
      const text = known ?? json();
      next.set(key, text);
      if (known === undefined) changed.push(text);
    }
    const removed = [...this.#marks.keys()].filter((key) => !marks.has(key));
    this.#marks = marks;
    this.#json = next;
    return { changed, removed };
  }

  /** All entities as a JSON array. */
  all(): string {
    return `[${[...this.#json.values()].join(",")}]`;
  }
}
