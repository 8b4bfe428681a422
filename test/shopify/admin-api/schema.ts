// The vendored Admin API schema, loaded once per process: its types for graphql-js, and what each field demands
// (access scopes, protected customer data), which Shopify publishes beside the introspection.
import { readFileSync } from "node:fs";
import { gunzipSync } from "node:zlib";
import type { GraphQLSchema, IntrospectionQuery } from "graphql";
import { buildClientSchema } from "graphql";

export const API_VERSION = "2026-10";

export interface Demand {
  /** Any one of these suffices. */
  scopes: readonly string[];
  /** Shopify's own words for them. */
  requiredAccess: string;
}

interface SchemaField {
  name: string;
  isProtected?: boolean;
  args: { name: string; description: string | null }[];
}

interface SchemaFile {
  data: IntrospectionQuery & { __schema: { types: { name: string; fields?: SchemaField[] | null }[] } };
  offline_scopes: {
    items: {
      type: "type" | "field";
      typeName: string;
      fieldName?: string;
      offlineScopes: string[];
      requiredAccess: string | null;
    }[];
  };
}

export interface AdminSchema {
  schema: GraphQLSchema;
  /** By type name, or `Type.field`. */
  demands: ReadonlyMap<string, Demand>;
  /** `Type.field` of names, e-mails, phones and streets. */
  protectedFields: ReadonlySet<string>;
  /** The keys that a connection's `query` argument documents, by `Type.field`: key → type ("time", "id", …). */
  searchKeys: ReadonlyMap<string, ReadonlyMap<string, string>>;
}

const FILE = new URL(`../schema/admin_${API_VERSION}.json.gz`, import.meta.url);

let loaded: AdminSchema | null = null;

export function adminSchema(): AdminSchema {
  loaded ??= load();
  return loaded;
}

function load(): AdminSchema {
  const file = JSON.parse(gunzipSync(readFileSync(FILE)).toString()) as SchemaFile;
  const demands = new Map<string, Demand>();
  for (const item of file.offline_scopes.items) {
    if (item.requiredAccess === null || item.offlineScopes.length === 0) continue;
    const key = item.type === "type" ? item.typeName : `${item.typeName}.${item.fieldName ?? ""}`;
    demands.set(key, { scopes: item.offlineScopes, requiredAccess: item.requiredAccess });
  }
  const protectedFields = new Set<string>();
  const searchKeys = new Map<string, ReadonlyMap<string, string>>();
  for (const type of file.data.__schema.types) {
    for (const field of type.fields ?? []) {
      const key = `${type.name}.${field.name}`;
      if (field.isProtected === true) protectedFields.add(key);
      const search = field.args.find((argument) => argument.name === "query")?.description;
      if (search) searchKeys.set(key, documentedKeys(search));
    }
  }
  return {
    schema: buildClientSchema(file.data, { assumeValid: true }),
    demands,
    protectedFields,
    searchKeys,
  };
}

// Rows of the Markdown table in the argument's description: `| created_at | time | …`.
function documentedKeys(description: string): Map<string, string> {
  const keys = new Map<string, string>();
  for (const [, key, type] of description.matchAll(/^\| ([a-z_{}.]+) \| ([a-z]+) \|/gm)) {
    if (key !== undefined && type !== undefined && key !== "name") keys.set(key, type);
  }
  return keys;
}
