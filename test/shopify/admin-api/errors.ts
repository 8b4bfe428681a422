// The errors of the Admin API as Shopify words them; graphql-js words its own differently.
import { GraphQLError } from "graphql";

const ACCESS_DOCUMENTATION = "https://shopify.dev/api/usage/access-scopes";
const LIMITS_DOCUMENTATION = "https://shopify.dev/api/usage/rate-limits";

export const badRequest = (message: string): GraphQLError =>
  new GraphQLError(message, { extensions: { code: "BAD_REQUEST" } });

/** What the simulator does not serve must never look like an empty answer. */
export const notSimulated = (what: string): GraphQLError =>
  new GraphQLError(`not simulated: ${what}`, { extensions: { code: "NOT_SIMULATED" } });

export const accessDenied = (field: string, requiredAccess: string): GraphQLError =>
  new GraphQLError(`Access denied for ${field} field. Required access: ${requiredAccess}`, {
    extensions: { code: "ACCESS_DENIED", documentation: ACCESS_DOCUMENTATION, requiredAccess },
  });

export const notApproved = (field: string): GraphQLError =>
  new GraphQLError(
    `This app is not approved to use the ${field} field. See https://shopify.dev/docs/apps/launch/protected-customer-data for more details.`,
    { extensions: { code: "ACCESS_DENIED", documentation: ACCESS_DOCUMENTATION } },
  );

export const invalidId = (id: string): GraphQLError =>
  new GraphQLError(`Invalid global id '${id}'`, { extensions: { code: "RESOURCE_NOT_FOUND" } });

export const throttled = (): GraphQLError =>
  new GraphQLError("Throttled", { extensions: { code: "THROTTLED", documentation: LIMITS_DOCUMENTATION } });

export const maxCostExceeded = (cost: number, maxCost: number): GraphQLError =>
  new GraphQLError(`Query cost is ${cost}, which exceeds the single query max cost limit (${maxCost}).`, {
    extensions: { code: "MAX_COST_EXCEEDED", cost, maxCost, documentation: LIMITS_DOCUMENTATION },
  });

export const UNAUTHORIZED = {
  errors: "[API] Invalid API key or access token (unrecognized login or wrong password)",
};
