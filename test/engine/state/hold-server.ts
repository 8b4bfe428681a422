// A process that uses the embedded server of the directory in its first argument: it says what it got, and leaves when its
// input ends.
import { startPostgres } from "../../../prisma/embedded.ts";

const [directory = ""] = process.argv.slice(2);
const server = await startPostgres(directory, { settings: { fsync: "off" } });
process.stdout.write(`${JSON.stringify({ owner: server.owner, url: server.url })}\n`);
process.stdin.resume().on("end", () => void server.stop().then(() => process.exit(0)));
