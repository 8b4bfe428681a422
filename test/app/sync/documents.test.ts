import fs from "node:fs";
import { type FieldNode, type GraphQLError, Kind, parse, validate, visit } from "graphql";
import { parse as parseToml } from "smol-toml";
import { describe, expect, it } from "vitest";
import { z } from "zod";
import { API_VERSION } from "../../../app/shopify/access-token.server.ts";
import * as bulk from "../../../app/shopify/bulk.ts";
import { orders } from "../../../app/sync/resources/orders.ts";
import {
  bulkDocument,
  byIdsDocument,
  childrenDocument,
  countDocument,
  everyDocument,
  pagedDocument,
} from "../../../app/shopify/resource.ts";
import { countsDocument, reportDocument } from "../../../app/reconcile/figures.ts";
import { unreadableDocument } from "../../../app/sync/loading/unreadable-records.ts";
import * as members from "../../../app/sync/recording/members.ts";
import { observed } from "../../../app/sync/resources/observed.ts";
import { listingOf } from "../../../app/sync/resources/resource.ts";
import { askedScopes, optionalScopes, resources } from "../../../app/sync/resources/resources.ts";
import * as annotations from "../../../app/shopify/annotations.ts";
import * as subscriptions from "../../../app/shopify/subscriptions.ts";
import * as settings from "../../../app/shopify/shop-settings.ts";
import { createdIn } from "../../../app/sync/reading/windows.ts";
import { topics } from "../../../app/webhooks/topics.ts";
import { asked, schema, scopesOf } from "./schema.ts";

const everything = new Set(askedScopes);
const least = new Set(resources.flatMap((resource) => resource.scopes));
const window = createdIn({ from: new Date("2026-01-01T00:00:00Z"), to: new Date("2026-02-01T00:00:00Z") });

const listings = resources.map(listingOf);
const nodes = observed.flatMap(({ reads }) => (reads === "members" ? [] : reads));

const bulkDocuments = [
  ...[...resources, ...listings].flatMap((resource) =>
    [everything, least].flatMap((scopes) => [
      bulkDocument(resource, scopes, ""),
      bulkDocument(resource, scopes, window),
    ]),
  ),
  ...nodes.flatMap(({ nodes: each, whole }) => (whole === "bulk" ? bulkDocument(each, everything, "") : [])),
];
const documents = [
  ...bulkDocuments,
  ...nodes.flatMap(({ nodes: each, whole }) => [
    byIdsDocument(each, everything),
    ...(whole === "pages" ? [everyDocument(each, everything)] : []),
    ...each.connections.map((connection) => childrenDocument(each, connection, everything)),
  ]),
  ...[members.membersDocument, members.beginDocument, members.progressDocument],
  ...[members.membershipDocument(1), members.membershipDocument(25)],
  ...resources.flatMap((resource) => [
    pagedDocument(resource),
    ...[countDocument(resource) ?? []].flat(),
    byIdsDocument(resource, everything),
    byIdsDocument(resource, least, 0.5),
    ...resource.connections.map((connection) => childrenDocument(resource, connection, everything)),
  ]),
  ...[bulk.runDocument, bulk.readDocument, bulk.recentDocument, bulk.cancelDocument],
  ...listings.map((listing) => byIdsDocument(listing, least)),
  ...[subscriptions.listDocument, subscriptions.createDocument, subscriptions.deleteDocument],
  ...[annotations.listDocument, annotations.createDocument],
  ...[annotations.updateDocument, annotations.deleteDocument],
  ...[countsDocument(1), countsDocument(40), reportDocument, unreadableDocument],
  ...[
    settings.settingsDocument,
    settings.countsDocument,
    settings.firstOrderDocument,
    settings.windowCountDocument,
  ],
];

const toml = z
  .object({
    access_scopes: z.object({ scopes: z.string(), optional_scopes: z.array(z.string()) }),
    webhooks: z.object({
      api_version: z.string(),
      subscriptions: z.array(
        z.object({
          topics: z.array(z.string()).default([]),
          compliance_topics: z.array(z.string()).default([]),
          uri: z.string(),
          include_fields: z.array(z.string()).optional(),
        }),
      ),
    }),
  })
  .parse(parseToml(fs.readFileSync(new URL("../../../shopify.app.toml", import.meta.url), "utf8")));

describe("the app's GraphQL documents", () => {
  it.each(documents)("Shopify's schema knows %s", (document) => {
    expect(validate(schema, parse(document)).map((error: GraphQLError) => error.message)).toEqual([]);
  });

  it.each(bulkDocuments)("keeps the rules of bulk operations: %s", (document) => {
    expect(Buffer.byteLength(document)).toBeLessThan(65_535);
    const connections: number[] = [];
    let depth = 0;
    const isConnection = (field: FieldNode) =>
      field.selectionSet?.selections.some((part) => part.kind === Kind.FIELD && part.name.value === "edges");
    visit(parse(document), {
      VariableDefinition: () => expect.fail("an inner query takes no variables"),
      Field: {
        enter(field) {
          const names = (field.selectionSet?.selections ?? []).flatMap((part) =>
            part.kind === Kind.FIELD ? [part.name.value] : [],
          );
          expect(names).not.toContain("nodes");
          if (isConnection(field)) connections.push(depth++);
          if (field.name.value === "node") expect(names).toContain("id");
        },
        leave(field) {
          if (isConnection(field)) depth -= 1;
        },
      },
    });
    expect(connections.length).toBeGreaterThan(0);
    expect(connections.length).toBeLessThanOrEqual(5);
    expect(Math.max(...connections)).toBeLessThanOrEqual(2);
  });

  it("ask for no name, e-mail, phone or street", () => {
    for (const document of documents) expect(asked(parse(document)).protectedFields).toEqual([]);
  });

  it("ask for product data only of a shop that shows it", () => {
    const fields = (scopes: Set<string>) => asked(parse(bulkDocument(orders, scopes, ""))).fields;
    expect(fields(everything)).toContain("InventoryItem.unitCost");
    expect(fields(least)).not.toContain("LineItem.product");
  });
});

describe("shopify.app.toml", () => {
  const required = toml.access_scopes.scopes.split(",");
  const scopes = [...required, ...toml.access_scopes.optional_scopes];

  it("asks for the scopes that the resources declare, and no more; the merchant may grant others later", () => {
    expect(new Set(required)).toEqual(everything);
    expect(toml.access_scopes.optional_scopes).toEqual(optionalScopes);
  });

  it("has every scope that a document's fields need", () => {
    for (const document of documents)
      for (const alternatives of asked(parse(document)).needs)
        expect(
          alternatives.some((scope) => scopes.includes(scope)),
          alternatives.join(" or "),
        ).toBe(true);
  });

  it("asks for no scope that neither a document nor a topic needs", () => {
    const needed = new Set(documents.flatMap((document) => asked(parse(document)).needs.flat()));
    for (const topic of toml.webhooks.subscriptions.flatMap(({ topics: some }) => some))
      for (const scope of scopesOf(topic)) needed.add(scope);
    // Opens orders by their age, not by a field.
    needed.add("read_all_orders");
    for (const scope of scopes) expect(needed).toContain(scope);
  });

  it("subscribes to what the app declares, at the route that takes it in, for what is read of it alone", () => {
    const inToml = toml.webhooks.subscriptions.flatMap(
      ({ topics: some, compliance_topics, uri, include_fields = null }) =>
        [...some, ...compliance_topics].map((topic) => ({ topic, route: uri, fields: include_fields })),
    );
    const declared = topics
      .filter(({ perShop }) => perShop === null)
      .map(({ topic, route, fields }) => ({ topic, route, fields }));
    const byTopic = (all: readonly { topic: string }[]) =>
      [...all].sort((a, b) => a.topic.localeCompare(b.topic));
    expect(byTopic(inToml)).toEqual(byTopic(declared));
    const compliance = toml.webhooks.subscriptions.flatMap(({ compliance_topics }) => compliance_topics);
    const named = topics.filter(({ shopAt }) => shopAt === "shop_domain").map(({ topic }) => topic);
    expect(compliance.sort()).toEqual(named.sort());
  });

  it("subscribes to topics that Shopify has, with a scope for each that needs one", () => {
    for (const topic of toml.webhooks.subscriptions.flatMap(({ topics: some }) => some)) {
      const alternatives = scopesOf(topic);
      expect(alternatives.length === 0 || alternatives.some((scope) => scopes.includes(scope)), topic).toBe(
        true,
      );
    }
  });

  it("leaves to each shop the topics whose scope the merchant grants later, where the app declares that scope", () => {
    for (const { topic, perShop } of topics.filter((each) => each.perShop !== null)) {
      expect(optionalScopes).toContain(perShop);
      expect(scopesOf(topic), topic).toContain(perShop);
    }
  });

  it("names routes that exist", () => {
    for (const { route } of topics) {
      const file = `../../../app/routes/${route.slice(1).replaceAll("/", ".")}.ts`;
      expect(fs.existsSync(new URL(file, import.meta.url)), file).toBe(true);
    }
    for (const { uri } of toml.webhooks.subscriptions) {
      const route = `../../../app/routes/${uri.slice(1).replaceAll("/", ".")}.ts`;
      expect(fs.existsSync(new URL(route, import.meta.url)), route).toBe(true);
    }
  });

  it("has the API version that the app calls", () => {
    expect(toml.webhooks.api_version).toBe(API_VERSION);
  });
});
