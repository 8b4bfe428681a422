// What a browser never asks of a page, but whoever knows the framework can: its addresses for data, routes and manifests, its
// methods, and escapes that mean nothing, put to any address of the app.

export interface Ask {
  method: string;
  address: string;
  headers?: Record<string, string>;
  body?: string;
}

const FORM = { "content-type": "application/x-www-form-urlencoded" };
const get = (address: string): Ask => ({ method: "GET", address });
const send = (method: string, address: string, type: Record<string, string> = FORM, body = "a=1"): Ask => ({
  method,
  address,
  headers: { "content-length": String(body.length), ...type },
  body,
});

/** Names of routes as the framework keeps them, and some that it does not have. */
const ROUTES = ["routes/app", "root", "routes/nothing", "__proto__", "%zz", ""];

/** `at` is a path without a query. */
export function asksOfFramework(at: string): Ask[] {
  const data = at === "/" ? "/_root.data" : `${at}.data`;
  return [
    ...ROUTES.map((route) => get(`${at}?_data=${route}`)),
    ...["routes/app", "root"].map((route) => send("POST", `${at}?_data=${route}`)),
    get(`${data}?_data=routes/app`),
    { ...get(`${at}?index&_data=root`), method: "HEAD" },
    get(`${at}?index`),
    get(`${at}?index=&index=2`),
    get(`${at}?%zz=%ff&__proto__=1&constructor=1`),
    send("POST", `${at}?index`),
    ...ROUTES.map((route) => get(`${data}?_routes=${route}`)),
    get(`${data}?_routes=${"routes/app,".repeat(600)}`),
    get(`${data}?_routes=root&_routes=${encodeURIComponent("routes/app.data")}`),
    get(data),
    get(`${data}.data`),
    get(`${data}/`),
    get(`${at}/_root.data`),
    ...["POST", "PUT", "PATCH", "DELETE"].flatMap((method) => [send(method, data), send(method, at)]),
    send("POST", `${data}?index`),
    send("POST", data, { "content-type": "text/x-script" }, '[{"_1":2},"a",'),
    send("POST", data, { "content-type": "application/json" }, "{"),
    send("POST", data, { "content-type": "multipart/form-data" }, "--"),
    send("POST", at, { "content-type": "multipart/form-data; boundary=x" }, "--x"),
    send("POST", at, {}, ""),
    ...["HEAD", "OPTIONS", "TRACE", "PROPFIND"].flatMap((method) => [
      { method, address: at },
      { method, address: data },
    ]),
    ...["%zz", "%ff", "%00", "%", "%ed%a0%bd", "%2e%2e%2f", "%5c"].flatMap((part) => [
      get(`${at}/${part}`),
      get(`${at}/${part}.data`),
      get(`${at}${part}`),
    ]),
  ];
}

/** Of the framework's list of routes; `version` is that of the build, without which it answers nothing. */
export function asksOfManifest(version: string): Ask[] {
  const at = (query: string) => get(`/__manifest?version=${version}${query}`);
  return [
    get("/__manifest"),
    at(""),
    ...["/app", "", "%zz", "%00", "../..", "__proto__", "//", "/app/segments/a/b"].map((p) => at(`&p=${p}`)),
    at(`&p=${"/a".repeat(3_700)}`),
    at("&p=/app/data".repeat(600)),
    at(`&p=${"x".repeat(10_000)}`),
    send("POST", `/__manifest?version=${version}&p=/app`),
    { method: "HEAD", address: `/__manifest?version=${version}&p=/app` },
    get(`/__manifest.data?version=${version}`),
    get(`/__manifest?version=${version}&_data=root`),
  ];
}
