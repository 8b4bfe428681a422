// Annotations as the Admin API shows and changes them: everybody's can be read, an app's own alone be changed.
import { gid, shopId } from "../model.ts";
import type { NoteParts, WrittenNote } from "../shop/annotations.ts";
import type { Shop } from "../shop.ts";
import { type Connection, recordsConnection } from "./connections.ts";
import type { App, Args, Context, Fields, Served } from "./context.ts";
import { notSimulated } from "./errors.ts";
import { dateTime } from "./instants.ts";

/** As Shopify's documentation lists them for apps. */
const TYPES: readonly string[] = [
  ...["campaign", "ad_spend_change", "influencer_collaboration", "product_launch"],
  ...["landing_page_launch", "seasonal_promotion", "revenue_milestone", "other"],
];
const LONGEST: Readonly<Record<string, number>> = { title: 75, description: 150 };
const APP_TITLE = "Segment KPIs";

export const appIdOf = ({ clientId }: App): string => gid("App", shopId(clientId));

const SORTED: Readonly<Record<string, (note: WrittenNote) => string | number | null>> = {
  ID: ({ id }) => id,
  STARTED_AT: ({ startedAt }) => startedAt,
  ENDED_AT: ({ endedAt }) => endedAt,
  CREATED_AT: ({ createdAt }) => createdAt,
  UPDATED_AT: ({ updatedAt }) => updatedAt,
};

export function annotationsOf(shop: Shop, args: Args): Connection {
  if (args["query"] != null) throw notSimulated("Shop.analyticsAnnotations(query:)");
  const key = typeof args["sortKey"] === "string" ? args["sortKey"] : "ID";
  const sortValue = SORTED[key];
  if (sortValue === undefined) throw notSimulated(`annotations sorted by ${key}`);
  return recordsConnection<WrittenNote>(
    {
      scan: () => shop.annotations.all.values(),
      ...{ matches: null, sortValue, id: ({ id }) => id, identity: `annotations ${key}` },
    },
    args,
  );
}

interface Payload {
  note: WrittenNote | null;
  deletedId: string | null;
  errors: readonly { code: string; field: readonly string[]; message: string }[];
}
const done = (part: Partial<Payload>): Payload => ({ note: null, deletedId: null, errors: [], ...part });
const refused = (code: string, field: readonly string[], message: string): Payload =>
  done({ errors: [{ code, field, message }] });

const PARTS = ["type", "title", "description", "startedAt", "endedAt"] as const;

/** What is given, or why it cannot be. */
function partsIn(input: Record<string, unknown>): Partial<NoteParts> | Payload {
  const parts: Partial<Record<(typeof PARTS)[number], string | null>> = {};
  for (const name of PARTS) {
    const value = input[name];
    if (value === undefined) continue;
    if (typeof value === "string" && value.length > (LONGEST[name] ?? Infinity))
      return refused(
        "INVALID",
        ["input", name],
        `${name} is too long (maximum is ${LONGEST[name]} characters)`,
      );
    parts[name] = typeof value === "string" ? value : null;
  }
  if (parts.type != null && !TYPES.includes(parts.type))
    return refused("INVALID", ["input", "type"], "type is not supported");
  if (parts.endedAt != null && parts.startedAt != null && parts.endedAt < parts.startedAt)
    return refused("INVALID", ["input", "endedAt"], "endedAt must be after startedAt");
  return parts as Partial<NoteParts>;
}

const isPayload = (of: Partial<NoteParts> | Payload): of is Payload => "errors" in of;
const numberIn = (id: unknown): number =>
  Number(/^gid:\/\/shopify\/AnalyticsAnnotation\/(\d+)$/.exec(String(id))?.[1]);

function create(args: Args, { store, app, now }: Context): Payload {
  const { annotations } = store.shop;
  const id = appIdOf(app);
  const parts = partsIn(args["input"] as Record<string, unknown>);
  if (isPayload(parts)) return parts;
  if (annotations.countOf(id) >= annotations.most)
    return refused("LIMIT_REACHED", ["input"], "The maximum number of annotations has been reached.");
  const { type = "other", title = "", description = null, startedAt = "" } = parts;
  // Left out it is a point in time; null goes on.
  const endedAt = parts.endedAt === undefined ? startedAt : parts.endedAt;
  const written = { type, title, description, startedAt, endedAt };
  return done({ note: annotations.write(written, { id, title: APP_TITLE }, now.toISOString()) });
}

const own = (args: Args, { store, app }: Context): WrittenNote | null => {
  const note = store.shop.annotations.all.get(numberIn(args["id"]));
  return note !== undefined && note.app?.id === appIdOf(app) ? note : null;
};
const notFound = refused("NOT_FOUND", ["id"], "The analytics annotation was not found.");

export const annotationMutations: Fields<unknown> = {
  analyticsAnnotationCreate: (_source, args, context) => create(args, context),
  analyticsAnnotationUpdate: (_source, args, context) => {
    const note = own(args, context);
    if (note === null) return notFound;
    const parts = partsIn(args["input"] as Record<string, unknown>);
    if (isPayload(parts)) return parts;
    return done({ note: context.store.shop.annotations.change(note.id, parts, context.now.toISOString()) });
  },
  analyticsAnnotationDelete: (_source, args, context) => {
    const note = own(args, context);
    if (note === null) return notFound;
    context.store.shop.annotations.all.delete(note.id);
    return done({ deletedId: gid("AnalyticsAnnotation", note.id) });
  },
};

const annotation: Fields<WrittenNote> = {
  id: ({ id }) => gid("AnalyticsAnnotation", id),
  type: ({ type }) => type,
  title: ({ title }) => title,
  description: ({ description }) => description,
  startedAt: ({ startedAt }) => dateTime(startedAt),
  endedAt: ({ endedAt }) => endedAt && dateTime(endedAt),
  createdAt: ({ createdAt }) => dateTime(createdAt),
  updatedAt: ({ updatedAt }) => dateTime(updatedAt),
  source: ({ app }) => (app === null ? "SHOPIFY" : "APP"),
  createdByApp: ({ app }) => app,
};

const userError: Fields<Payload["errors"][number]> = {
  code: ({ code }) => code,
  field: ({ field }) => field,
  message: ({ message }) => message,
};
const payload: Fields<Payload> = {
  analyticsAnnotation: ({ note }) => note,
  userErrors: ({ errors }) => errors,
};

export const annotationTypes: Served = {
  AnalyticsAnnotation: annotation,
  AnalyticsAnnotationCreatePayload: payload,
  AnalyticsAnnotationUpdatePayload: payload,
  AnalyticsAnnotationDeletePayload: {
    deletedId: ({ deletedId }: Payload) => deletedId,
    userErrors: ({ errors }: Payload) => errors,
  },
  AnalyticsAnnotationCreateUserError: userError,
  AnalyticsAnnotationUpdateUserError: userError,
  AnalyticsAnnotationDeleteUserError: userError,
  App: { id: ({ id }: { id: string }) => id, title: ({ title }: { title: string }) => title },
};

/** The app itself, as its installation names it. */
export const installedApp = (app: App) => ({ id: appIdOf(app), title: APP_TITLE });
