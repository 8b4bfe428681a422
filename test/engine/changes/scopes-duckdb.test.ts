import { describeScopes } from "./scopes.ts";

describeScopes("duckdb");
