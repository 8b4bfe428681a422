import { describeFinding } from "./jobs.ts";

describeFinding("postgres");
