// What webhooks announce of observed sources: a signal, after which what they name is read again. Before all of a source was
// read once there is nothing to keep up.
import type { WebhookEvent } from "../../../prisma/generated/client.ts";
import { readByIds } from "../../shopify/paged.ts";
import { gidOf } from "../../shopify/resource.ts";
import type { SyncContext } from "../context.ts";
import { isReadable, observed } from "../resources/observed.ts";
import type { ObservedResource } from "../resources/observed-resource.ts";
import { LISTED_UP_TO, type Pair, readMembers, readPairs } from "./members.ts";
import { lastWholeReading, observe } from "./record.ts";

/** Reads again what events of any topic tell of the sources that heed them; how many things that were. */
export async function observeAnnounced(
  context: SyncContext,
  scopes: ReadonlySet<string>,
  events: readonly WebhookEvent[],
): Promise<number> {
  let found = 0;
  for (const resource of observed) {
    const { topics, heeds } = resource.webhooks;
    const own = events.filter(({ topic }) => Object.hasOwn(topics, topic));
    const heeded = events.filter(({ topic }) => heeds.includes(topic));
    if (own.length + heeded.length === 0 || !isReadable(resource, scopes)) continue;
    if ((await lastWholeReading(context.copy, resource.source)) === null) continue;
    found +=
      resource.reads === "members"
        ? await readMembership(context, resource, own, heeded)
        : await readSubjects(context, resource, scopes, [...own, ...heeded]);
  }
  return found;
}

const idsOf = (events: readonly WebhookEvent[]): number[] => [
  ...new Set(events.flatMap(({ resourceIds }) => resourceIds.map(Number))),
];

async function readSubjects(
  context: SyncContext,
  resource: ObservedResource,
  scopes: ReadonlySet<string>,
  events: readonly WebhookEvent[],
): Promise<number> {
  if (resource.reads === "members") return 0;
  const { nodes } = resource.reads;
  const subjects = idsOf(events);
  const read = await readByIds(
    context,
    nodes,
    scopes,
    subjects.map((id) => gidOf(nodes, id)),
  );
  await observe(context, resource, { rows: read.file, readAt: read.readAt, extent: { subjects } });
  return read.found;
}

async function readMembership(
  context: SyncContext,
  resource: ObservedResource,
  moves: readonly WebhookEvent[],
  ofSegments: readonly WebhookEvent[],
): Promise<number> {
  const { copy, now } = context;
  const segments = idsOf(ofSegments);
  if (segments.length > 0) {
    const readAt = now().toISOString();
    const there = await copy.query<{ segment_id: number }>(
      `SELECT segment_id FROM shopify_segments WHERE to_day = DATE '9999-12-31'
         AND segment_id IN (${segments.join(", ")})`,
    );
    const timeZone = (await copy.meta())?.time_zone ?? "UTC";
    // Of a large one the night tells.
    const ids = there.map((row) => row.segment_id);
    const { file, failed } = await readMembers(context, ids, timeZone, LISTED_UP_TO);
    const subjects = segments.filter((id) => !failed.includes(id));
    await observe(context, resource, { rows: file, readAt, extent: { subjects } });
  }
  // One whose customer has been erased since names a segment alone.
  const pairs = moves.flatMap(({ resourceIds: [customer, segment], triggeredAt }): Pair[] =>
    customer === undefined || segment === undefined
      ? []
      : [
          {
            customer: Number(customer),
            segment: Number(segment),
            toldAt: triggeredAt?.toISOString() ?? null,
          },
        ],
  );
  if (pairs.length > 0) {
    const readAt = now().toISOString();
    const rows = await readPairs(context, pairs);
    await observe(context, resource, { rows, readAt, extent: "rows" });
  }
  return segments.length + pairs.length;
}
