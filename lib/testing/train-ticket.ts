/**
 * Who calls whom in Train-Ticket, a benchmark of microservices (github.com/FudanSELab/train-ticket, master of 2021-05-21): addresses that a
 * service names and that exist. Without the prefix `ts-` and the suffix `-service`; the dashboard calls through its nginx.
 */
const CALLS: Readonly<Record<string, string>> = {
  "admin-basic-info": "config contacts price station train",
  "admin-order": "order order-other",
  "admin-route": "route",
  "admin-travel": "travel travel2",
  "admin-user": "user",
  auth: "verification-code",
  basic: "price route station train",
  cancel: "inside-payment notification order order-other user",
  consign: "consign-price",
  execute: "order order-other",
  food: "food-map station travel",
  "inside-payment": "order order-other payment",
  order: "station",
  "order-other": "station",
  preserve: "assurance consign contacts food notification order seat security station ticketinfo travel user",
  "preserve-other": "assurance consign contacts food notification order-other seat security station ticketinfo travel2 user",
  rebook: "inside-payment order order-other seat station travel travel2",
  "route-plan": "route station travel travel2",
  seat: "config order order-other travel travel2",
  security: "order order-other",
  ticketinfo: "basic",
  travel: "order route seat ticketinfo train",
  "travel-plan": "route-plan seat station ticketinfo travel travel2",
  travel2: "order-other route seat ticketinfo train",
  "ui-dashboard":
    "admin-basic-info admin-order admin-route admin-travel admin-user assurance auth avatar basic cancel config consign contacts execute food inside-payment news notification order order-other payment preserve preserve-other price rebook route route-plan security station ticket-office ticketinfo train travel travel-plan travel2 user verification-code voucher",
  user: "auth",
  voucher: "order order-other",
};

/** Calls as pairs of indices into the names. */
export function trainTicket(): { readonly names: readonly string[]; readonly calls: readonly (readonly [number, number])[] } {
  const pairs = Object.entries(CALLS).flatMap(([consumer, providers]) =>
    providers.split(" ").map((provider) => [consumer, provider] as const),
  );
  const names = [...new Set(pairs.flat())].sort();
  return { names, calls: pairs.map(([consumer, provider]) => [names.indexOf(consumer), names.indexOf(provider)] as const) };
}
