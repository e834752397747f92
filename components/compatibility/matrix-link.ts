/** The address of an edge's matrix, with one pair opened where `pair` names its versions. */
export function matrixLink(consumer: string, provider: string, pair?: { readonly consumer: string; readonly provider: string }): string {
  const query = new URLSearchParams({ consumer, provider });
  if (pair) query.set("pair", pairParam(pair.consumer, pair.provider));
  return `/compatibility?${query}`;
}

/** A pair as the address carries it; versions hold no `~`. */
export function pairParam(consumerVersion: string, providerVersion: string): string {
  return `${consumerVersion}~${providerVersion}`;
}
