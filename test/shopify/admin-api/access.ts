// Who may read a field: its own demand, that of the type it returns, and protected customer data.
import type { GraphQLError, GraphQLNamedType, GraphQLOutputType } from "graphql";
import { getNamedType, isObjectType } from "graphql";
import { accessDenied, notApproved } from "./errors.ts";
import { adminSchema } from "./schema.ts";
import type { Demand } from "./schema.ts";

/** Null when granted, else the error Shopify gives. */
export type Guard = (scopes: ReadonlySet<string>) => GraphQLError | null;

export function guardOf(typeName: string, fieldName: string, type: GraphQLOutputType): Guard | null {
  const { demands, protectedFields } = adminSchema();
  const key = `${typeName}.${fieldName}`;
  if (protectedFields.has(key)) return () => notApproved(fieldName);
  // A list is refused as a whole, at the field that opens it.
  if (/(Connection|Edge)$/.test(typeName)) return null;
  const wanted = [demands.get(key), demands.get(elementOf(getNamedType(type)).name)].filter(
    (demand): demand is Demand => demand !== undefined,
  );
  if (wanted.length === 0) return null;
  return (scopes) => {
    const missing = wanted.find((demand) => !demand.scopes.some((scope) => scopes.has(scope)));
    return missing === undefined ? null : accessDenied(fieldName, missing.requiredAccess);
  };
}

function elementOf(type: GraphQLNamedType): GraphQLNamedType {
  if (!isObjectType(type) || !type.name.endsWith("Connection")) return type;
  const edge = getNamedType(type.getFields()["edges"]?.type);
  return isObjectType(edge) ? (getNamedType(edge.getFields()["node"]?.type) ?? type) : type;
}

/** The same for an object met behind an interface, as in `nodes(ids:)`. */
export function guardOfType(typeName: string, fieldName: string): Guard | null {
  const demand = adminSchema().demands.get(typeName);
  if (demand === undefined) return null;
  return (scopes) =>
    demand.scopes.some((scope) => scopes.has(scope)) ? null : accessDenied(fieldName, demand.requiredAccess);
}

/** Writing implies reading. */
export function impliedScopes(granted: readonly string[]): ReadonlySet<string> {
  const scopes = new Set(granted);
  for (const scope of granted) if (scope.startsWith("write_")) scopes.add(scope.replace("write_", "read_"));
  return scopes;
}
