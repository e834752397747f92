/** In whatever way the address is written: a resolver takes `127.1`, `0x7f000001` and `0:0::1` too, and the URL parser reads them alike. */
export function isLoopback(address: string): boolean {
  const url = `http://${address.includes(":") ? `[${address}]` : address}`;
  const host = URL.canParse(url) ? new URL(url).hostname : address;
  return /^(?:127\.|0\.0\.0\.0$|(?:.+\.)?localhost\.?$|\[::1?\]$|\[::ffff:(?:7f..:|0:0\]))/i.test(host);
}
