/** A requirement that excludes a version, as a sentence of the engine tells it. */
export interface ToldRequirement {
  readonly consumer: string;
  readonly provider: string;
  readonly range: string;
  readonly version: string;
}

const SENTENCE = /^(\S+ \S+) requires (\S+) (.+), which excludes (\S+)\.$/;

/** Reads "checkout 1.4.0 requires payments ^2.1.0, which excludes 3.0.0."; null for any other sentence, which is then shown as it is. */
export function requirementIn(sentence: string): ToldRequirement | null {
  const [, consumer, provider, range, version] = SENTENCE.exec(sentence) ?? [];
  if (consumer === undefined || provider === undefined || range === undefined || version === undefined) return null;
  return { consumer, provider, range, version };
}
