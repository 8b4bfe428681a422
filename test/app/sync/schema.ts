// Shopify's Admin schema as vendored, with the scopes and the protected fields that come with it.
import fs from "node:fs";
import zlib from "node:zlib";
import {
  buildClientSchema,
  type DocumentNode,
  type IntrospectionQuery,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  getNamedType,
  isEnumType,
} from "graphql";

interface Vendored {
  data: IntrospectionQuery;
  offline_scopes: {
    items: { type: "type" | "field"; typeName: string; fieldName?: string; offlineScopes: string[] }[];
  };
}

const file = new URL("../../shopify/schema/admin_2026-10.json.gz", import.meta.url);
const vendored = JSON.parse(zlib.gunzipSync(fs.readFileSync(file)).toString()) as Vendored;
export const schema = buildClientSchema(vendored.data, { assumeValid: true });

/** Beyond introspection, the file says of each field whether Shopify protects it. */
type Marked = { name: string; fields?: { name: string; isProtected?: boolean }[] | null };
const protectedFields = new Set(
  (vendored.data.__schema.types as unknown as Marked[]).flatMap((type) =>
    (type.fields ?? []).flatMap((field) => (field.isProtected ? [`${type.name}.${field.name}`] : [])),
  ),
);
const scopes = new Map(
  vendored.offline_scopes.items.map((item) => [
    item.type === "type" ? item.typeName : `${item.typeName}.${item.fieldName}`,
    item.offlineScopes,
  ]),
);

/** The scopes of which a webhook's topic needs one; the schema says them in the topic's description, as text. */
export function scopesOf(topic: string): string[] {
  const type = schema.getType("WebhookSubscriptionTopic");
  if (!isEnumType(type)) throw new Error("The schema has no webhook topics.");
  const value = type.getValue(topic.toUpperCase().replaceAll(/[/.]/g, "_"));
  if (!value) throw new Error(`The schema has no topic ${topic}.`);
  const [, needs = ""] = /Requires ([^]*)$/.exec(value.description ?? "") ?? [];
  return needs.match(/\b(?:read|write)_\w+/g) ?? [];
}

/** Every field of a document as Type.field, the scope alternatives it needs, and the protected fields among them. */
export function asked(document: DocumentNode): {
  fields: string[];
  needs: string[][];
  protectedFields: string[];
} {
  const info = new TypeInfo(schema);
  const fields = new Set<string>();
  const needs: string[][] = [];
  visit(
    document,
    visitWithTypeInfo(info, {
      Field() {
        const parent = info.getParentType();
        const field = info.getFieldDef();
        if (!parent || !field || field.name.startsWith("__")) return;
        const name = `${parent.name}.${field.name}`;
        fields.add(name);
        for (const key of [name, getNamedType(field.type).name]) {
          const alternatives = scopes.get(key);
          if (alternatives && alternatives.length > 0) needs.push(alternatives);
        }
      },
    }),
  );
  return {
    fields: [...fields],
    needs,
    protectedFields: [...fields].filter((field) => protectedFields.has(field)),
  };
}
