// A stand-in for app/server.ts: a program that is ready at once, shows its environment, and dies when asked to.
import http from "node:http";

const server = http.createServer((request, response) => {
  if (request.url === "/die") {
    console.error("the warehouse burnt down");
    process.exit(7);
  }
  if (request.url !== "/environment") return void response.end("ready");
  const { TOKEN_KEYS, DATABASE_URL, NODE_ENV, SHOPIFY_APP_URL } = process.env;
  response.end(JSON.stringify({ TOKEN_KEYS, DATABASE_URL, NODE_ENV, SHOPIFY_APP_URL }));
});
server.listen(Number(process.env.PORT), process.env.HOST);
process.on("SIGTERM", () => process.exit(0));
