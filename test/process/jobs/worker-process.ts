// A process that does nothing but work off jobs, as a web process does beside its pages. Stops on SIGTERM.
import { closeDb } from "../../../app/db.server.ts";
import { startJobs, stopJobs } from "../../../app/process/jobs.server.ts";
import { closeWarehouse } from "../../../app/process/runtime.server.ts";

process.once("SIGTERM", () => {
  void stopJobs()
    .then(closeWarehouse)
    .then(closeDb)
    .then(() => process.exit(0));
});
await startJobs();
