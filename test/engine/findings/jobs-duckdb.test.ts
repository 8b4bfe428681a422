import { describeFinding } from "./jobs.ts";

describeFinding("duckdb");
