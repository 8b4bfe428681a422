import { describeScopes } from "./scopes.ts";

describeScopes("postgres");
