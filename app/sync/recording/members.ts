// Who is in the merchant's segments in Shopify: page by page, and by a query of Shopify's own where a segment is large. Shopify
// names members by ids of theirs, whose number is the customer's.
import { appendFile } from "node:fs/promises";
import path from "node:path";
import { z } from "zod";
import { log } from "../../log.server.ts";
import { pollAfter } from "../../shopify/bulk.ts";
import type { ReadContext } from "../../shopify/context.ts";
import { gidOf, pageInfo } from "../../shopify/resource.ts";
import { MEMBER } from "../resources/shopify-segments.ts";
import { reasonOf, unlessUnreadable } from "../loading/unreadable.ts";

/** Shopify's own advice: a list that is longer is worked out first. */
export const LISTED_UP_TO = 10_000;
const PAGE = 1000;
/** Questions whether one customer is in some segments, in one request. */
const QUESTIONS = 25;
const GIVEN_UP_AFTER_MS = 30 * 60_000;

export const membersDocument = `query Members($segmentId: ID, $queryId: ID, $after: String, $timezone: String) {
  customerSegmentMembers(first: ${PAGE}, segmentId: $segmentId, queryId: $queryId, after: $after, timezone: $timezone) {
    totalCount edges { node { id } } pageInfo { hasNextPage endCursor }
  }
}`;
export const beginDocument = `mutation BeginMembers($input: CustomerSegmentMembersQueryInput!) {
  customerSegmentMembersQueryCreate(input: $input) {
    customerSegmentMembersQuery { id done } userErrors { message }
  }
}`;
export const progressDocument = `query MembersProgress($id: ID!) { customerSegmentMembersQuery(id: $id) { id done } }`;

export function membershipDocument(questions: number): string {
  const numbers = Array.from({ length: questions }, (_, number) => number);
  const asked = numbers.map((number) => `$c${number}: ID!, $s${number}: [ID!]!`).join(", ");
  const each = numbers.map(
    (number) =>
      `m${number}: customerSegmentMembership(customerId: $c${number}, segmentIds: $s${number}) { memberships { segmentId isMember } }`,
  );
  return `query Membership(${asked}) { ${each.join(" ")} }`;
}

const listed = z.object({
  customerSegmentMembers: z.object({
    totalCount: z.number(),
    edges: z.array(z.object({ node: z.object({ id: z.string() }) })),
    pageInfo,
  }),
});
const job = z.object({ id: z.string(), done: z.boolean() });
const begun = z.object({
  customerSegmentMembersQueryCreate: z.object({
    customerSegmentMembersQuery: job.nullable(),
    userErrors: z.array(z.object({ message: z.string() })),
  }),
});

export interface MembersRead {
  /** Null: nobody is in them. */
  file: string | null;
  /** Segments whose members could not be read. */
  failed: number[];
}

type Place = Pick<ReadContext, "shop" | "admin" | "directory" | "now" | "wait" | "meanwhile" | "signal">;

/**
 * Writes the members of each segment into one file. A segment that cannot be read keeps no other from being read.
 * @param longest a segment with more members is left out; null: none is
 */
export async function readMembers(
  context: Place,
  segments: readonly number[],
  timezone: string,
  longest: number | null = null,
): Promise<MembersRead> {
  const file = path.join(context.directory, `${crypto.randomUUID()}.jsonl`);
  let hasMembers = false;
  const failed: number[] = [];
  for (const number of segments) {
    const segment = gidOf({ type: "Segment" }, number);
    try {
      // Whole before any of it is taken: half a segment would close the other half.
      const ids = await membersOf(context, segment, timezone, longest);
      const lines = ids.map((id) =>
        JSON.stringify({ __typename: MEMBER, segment, customer: id, isMember: true }),
      );
      if (lines.length > 0) await appendFile(file, `${lines.join("\n")}\n`);
      hasMembers ||= lines.length > 0;
    } catch (error) {
      context.signal?.throwIfAborted();
      const reason = reasonOf(unlessUnreadable(error));
      if (!(error instanceof TooMany))
        log.warn({ shop: context.shop, segment: number, reason }, "members of a segment cannot be read");
      failed.push(number);
    }
    await context.meanwhile?.();
  }
  return { file: hasMembers ? file : null, failed };
}

class TooMany extends Error {}
/** Of this segment alone. */
class Unlisted extends Error {}

async function membersOf(
  context: Place,
  segmentId: string,
  timezone: string,
  longest: number | null,
): Promise<string[]> {
  const { admin } = context;
  const first = await admin.request(membersDocument, { segmentId, timezone }, listed);
  const { totalCount } = first.customerSegmentMembers;
  if (longest !== null && totalCount > longest) throw new TooMany();
  const by = totalCount > LISTED_UP_TO ? { queryId: await workedOut(context, segmentId) } : { segmentId };
  let page =
    totalCount > LISTED_UP_TO ? await admin.request(membersDocument, { ...by, timezone }, listed) : first;
  const ids: string[] = [];
  for (;;) {
    const { edges, pageInfo: info } = page.customerSegmentMembers;
    for (const { node } of edges) ids.push(node.id);
    if (!info.hasNextPage) return ids;
    page = await admin.request(membersDocument, { ...by, timezone, after: info.endCursor }, listed);
  }
}

/** The id of a query of Shopify's that has found all of them. */
async function workedOut({ admin, wait, now, meanwhile }: Place, segmentId: string): Promise<string> {
  const answer = (await admin.request(beginDocument, { input: { segmentId } }, begun))
    .customerSegmentMembersQueryCreate;
  let query = answer.customerSegmentMembersQuery;
  if (query === null) throw new Unlisted(answer.userErrors.map(({ message }) => message).join("; "));
  const asked = now().getTime();
  while (!query.done) {
    const age = now().getTime() - asked;
    if (age > GIVEN_UP_AFTER_MS) throw new Unlisted("the list does not end");
    await wait(pollAfter(age));
    await meanwhile?.();
    const seen: { customerSegmentMembersQuery: z.infer<typeof job> | null } = await admin.request(
      progressDocument,
      { id: query.id },
      z.object({ customerSegmentMembersQuery: job.nullable() }),
    );
    if (seen.customerSegmentMembersQuery === null) throw new Unlisted("the list is gone");
    query = seen.customerSegmentMembersQuery;
  }
  return query.id;
}

export interface Pair {
  customer: number;
  segment: number;
  /** When Shopify says it happened; null: it does not. */
  toldAt: string | null;
}

/** Asks of each pair whether it is so now. */
export async function readPairs(context: Place, pairs: readonly Pair[]): Promise<string | null> {
  const byCustomer = new Map<number, Pair[]>();
  for (const pair of pairs) byCustomer.set(pair.customer, [...(byCustomer.get(pair.customer) ?? []), pair]);
  const customers = [...byCustomer];
  const lines: string[] = [];
  for (let at = 0; at < customers.length; at += QUESTIONS) {
    const some = customers.slice(at, at + QUESTIONS);
    const variables = some.flatMap(([customer, of], number): [string, unknown][] => [
      [`c${number}`, gidOf({ type: "Customer" }, customer)],
      [`s${number}`, [...new Set(of.map(({ segment }) => gidOf({ type: "Segment" }, segment)))]],
    ]);
    const memberships = z.object({
      memberships: z.array(z.object({ segmentId: z.string(), isMember: z.boolean() })),
    });
    const answers = await context.admin.request(
      membershipDocument(some.length),
      Object.fromEntries<unknown>(variables),
      z.record(z.string(), memberships),
    );
    for (const [number, [customer, of]] of some.entries()) {
      const now = new Map(answers[`m${number}`]?.memberships.map((each) => [each.segmentId, each.isMember]));
      for (const { segment, toldAt } of of) {
        const gid = gidOf({ type: "Segment" }, segment);
        const isMember = now.get(gid) ?? false;
        lines.push(
          JSON.stringify({
            __typename: MEMBER,
            segment: gid,
            customer: gidOf({ type: "Customer" }, customer),
            isMember,
            toldAt,
          }),
        );
      }
    }
  }
  if (lines.length === 0) return null;
  const file = path.join(context.directory, `${crypto.randomUUID()}.jsonl`);
  await appendFile(file, `${lines.join("\n")}\n`);
  return file;
}
