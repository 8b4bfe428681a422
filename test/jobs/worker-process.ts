// A process that does nothing but work off jobs, as a web process does beside its pages. Stops on SIGTERM.
import { closeDb } from "../../app/db.server.ts";
import { startWorker, stopWorker } from "../../app/jobs/queue.server.ts";
import { closeWarehouse } from "../../app/runtime.server.ts";

process.once("SIGTERM", () => {
  void stopWorker()
    .then(closeWarehouse)
    .then(closeDb)
    .then(() => process.exit(0));
});
await startWorker();
