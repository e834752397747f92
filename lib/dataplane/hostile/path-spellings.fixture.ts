/** Ways to write `/admin/secret` that one server or another takes for it. */

const BYTES = Array.from({ length: 256 }, (_, code) => `%${code.toString(16).padStart(2, "0")}`);
const RAW = Array.from({ length: 94 }, (_, code) => String.fromCharCode(code + 33)).filter((byte) => byte !== "#");

/** Something before, between or after the two names; `@` is the path to it. */
const PLACES = [
  "/@admin/secret",
  "/admin@/secret",
  "/admin/@secret",
  "/admin/secret@",
  "/open/@admin/secret",
  "/open@/admin/secret",
  "/open/@/admin/secret",
];

const STEPS = [
  ...[
    "..",
    "%2e%2e",
    ".%2e",
    "%2E.",
    "%252e%252e",
    "..;",
    "..;a=b",
    "%2e%2e;",
    "..%3b",
    "..%00",
    "..%0d",
    "..\\",
    "..%5c",
    "..%c0%af",
    "%c0%ae%c0%ae",
    "%uff0e%uff0e",
  ],
  ...[
    ".",
    "%2e",
    "./.",
    ";",
    ";/..",
    ";a=b/..",
    "..//..",
    "x/..",
    "x/../",
    "//",
    "/./",
    "..%2f",
    "%2f..",
    "%2f",
    "%5c",
    "\\",
    "..%252f",
    "..%ef%bc%8f",
    "...",
    "..%20",
    "..%09",
  ],
];

const WHOLE = [
  ...[
    "//admin/secret",
    "///admin/secret",
    "/./admin/secret",
    "/%2fadmin/secret",
    "/%2f/admin/secret",
    "/%61dmin/secret",
    "/%61%64%6d%69%6e/%73ecret",
    "/%41dmin/secret",
  ],
  ...[
    "/ADMIN/secret",
    "/admin;/secret",
    "/admin;x=/secret",
    "/admin%3b/secret",
    "/admin%3B/secret",
    "/;/admin/secret",
    "/;x/admin/secret",
    "/admin%00/secret",
    "/admin/secret%00",
  ],
  ...[
    "/admin%2fsecret",
    "/admin%2Fsecret",
    "/admin%5csecret",
    "/admin\\secret",
    "\\admin\\secret",
    "/%5cadmin%5csecret",
    "/admin%252fsecret",
    "/%2561dmin/secret",
    "/%25%36%31dmin/secret",
  ],
  ...[
    "/admin/./secret",
    "/admin//secret",
    "/admin/x/../secret",
    "/admin/secret/",
    "/admin/secret/.",
    "/admin/secret/x/..",
    "/admin/secret?x",
    "/admin/secret?/../x",
    "/admin/secret;x?y",
  ],
  ...[
    "/../admin/secret",
    "/../../admin/secret",
    "/%2e%2e/admin/secret",
    "/open/../admin/secret?/../open",
    "/open/..;/admin/secret",
    "/open/..;x=y/admin/secret",
    "/open/.;/../admin/secret",
  ],
  ...[
    "/open/..%2fadmin/secret",
    "/open/..%5cadmin/secret",
    "/open%2f..%2fadmin/secret",
    "/open%2f..%2fadmin%2fsecret",
    "/open/%2e%2e%2fadmin/secret",
    "/open;/../admin/secret",
    "/open/x;y/../../admin/secret",
  ],
  ...[
    "http://a.mesh/admin/secret",
    "http://a.mesh//admin/secret",
    "http://a.mesh/%61dmin/secret",
    "HTTP://a.mesh/open/../admin/secret",
    "http://a.mesh/open/..;/admin/secret",
  ],
];

/** Every spelling: a list of known ones, steps at each place, and each byte at each place, raw and escaped. */
export function closedPathSpellings(): readonly string[] {
  const put = (text: string) => PLACES.map((place) => place.replace("@", () => text));
  const stepped = STEPS.flatMap((step) => [...put(step), ...put(`${step}/`), ...put(`/${step}`), ...put(`/${step}/`)]);
  const bytes = [...BYTES, ...RAW].flatMap(put);
  return [...new Set([...WHOLE, ...stepped, ...bytes])];
}
