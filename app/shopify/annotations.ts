// The annotations of a shop's analytics: Shopify's own, other apps' and this app's, of which alone it may change what it wrote.
import { z } from "zod";
import type { Admin } from "./admin-api.ts";

export const READ_SCOPE = "read_analytics_annotations";
export const WRITE_SCOPE = "write_analytics_annotations";

const FIELDS = "id type title description startedAt endedAt createdByApp { id title }";

/** The newest first, so that what is not read any more is the oldest. */
export const listDocument = `query Annotations($after: String) {
  shop {
    analyticsAnnotations(first: 100, after: $after, sortKey: STARTED_AT, reverse: true) {
      nodes { ${FIELDS} }
      pageInfo { hasNextPage endCursor }
    }
  }
  currentAppInstallation { app { id } }
}`;

export const createDocument = `mutation Annotate($input: AnalyticsAnnotationCreateInput!) {
  analyticsAnnotationCreate(input: $input) { analyticsAnnotation { id } userErrors { code message } }
}`;

export const updateDocument = `mutation Reannotate($id: ID!, $input: AnalyticsAnnotationUpdateInput!) {
  analyticsAnnotationUpdate(id: $id, input: $input) { analyticsAnnotation { id } userErrors { code message } }
}`;

export const deleteDocument = `mutation Unannotate($id: ID!) {
  analyticsAnnotationDelete(id: $id) { deletedId userErrors { code message } }
}`;

const PREFIX = "gid://shopify/AnalyticsAnnotation/";
const gid = z
  .string()
  .regex(/^gid:\/\/shopify\/AnalyticsAnnotation\/\d{1,18}$/)
  .transform((id) => BigInt(id.slice(PREFIX.length)));

const node = z.object({
  id: gid,
  type: z.string(),
  title: z.string().nullable(),
  description: z.string().nullable(),
  startedAt: z.iso.datetime({ offset: true }),
  endedAt: z.iso.datetime({ offset: true }).nullable(),
  createdByApp: z.object({ id: z.string(), title: z.string() }).nullable(),
});
export type ShopifysNote = z.infer<typeof node>;

const page = z.object({
  shop: z.object({
    analyticsAnnotations: z.object({
      nodes: z.array(z.unknown()),
      pageInfo: z.object({ hasNextPage: z.boolean(), endCursor: z.string().nullable() }),
    }),
  }),
  currentAppInstallation: z.object({ app: z.object({ id: z.string() }) }),
});

/** Older ones are not read. */
const PAGES = 10;

/** `isWhole`: what is not among them is not there. One that cannot be read keeps the others in, and is not among them. */
export async function listAnnotations(
  admin: Admin,
): Promise<{ notes: ShopifysNote[]; app: string; isWhole: boolean }> {
  const notes: ShopifysNote[] = [];
  let isReadable = true;
  let after: string | null = null;
  for (let pages = 1; ; pages++) {
    const answer: z.infer<typeof page> = await admin.request(listDocument, { after }, page);
    const { nodes, pageInfo } = answer.shop.analyticsAnnotations;
    for (const each of nodes) {
      const read = node.safeParse(each);
      if (read.success) notes.push(read.data);
      else isReadable = false;
    }
    if (!pageInfo.hasNextPage || pages === PAGES)
      return {
        ...{ notes, app: answer.currentAppInstallation.app.id },
        isWhole: isReadable && !pageInfo.hasNextPage,
      };
    after = pageInfo.endCursor;
  }
}

export interface NoteInput {
  type: string;
  title: string;
  description: string;
  startedAt: string;
  /** Left out: of one point in time. */
  endedAt?: string;
}

/** Why Shopify does not do it. */
export interface Refusal {
  code: string;
  message: string;
}

const userErrors = z.array(z.object({ code: z.string().nullable(), message: z.string() }));
const refusalIn = (errors: z.infer<typeof userErrors>): Refusal | null => {
  const [first] = errors;
  return first === undefined ? null : { code: first.code ?? "", message: first.message };
};

const created = z.object({
  analyticsAnnotationCreate: z.object({ analyticsAnnotation: z.object({ id: gid }).nullable(), userErrors }),
});

/** Not tried again where it may have been done: whoever lists them next finds it. */
export async function createAnnotation(admin: Admin, input: NoteInput): Promise<bigint | Refusal> {
  const { analyticsAnnotationCreate: answer } = await admin.request(createDocument, { input }, created, {
    once: true,
  });
  return (
    answer.analyticsAnnotation?.id ??
    refusalIn(answer.userErrors) ?? { code: "", message: "Shopify named no annotation." }
  );
}

const updated = z.object({ analyticsAnnotationUpdate: z.object({ userErrors }) });

/** What it is of one day's point in time no longer ends. */
export async function updateAnnotation(admin: Admin, id: bigint, input: NoteInput): Promise<Refusal | null> {
  const variables = { id: `${PREFIX}${id}`, input: { ...input, endedAt: input.endedAt ?? input.startedAt } };
  const { analyticsAnnotationUpdate: answer } = await admin.request(updateDocument, variables, updated);
  return refusalIn(answer.userErrors);
}

const deleted = z.object({ analyticsAnnotationDelete: z.object({ userErrors }) });

/** Of one that is not there, nothing. */
export async function deleteAnnotation(admin: Admin, id: bigint): Promise<Refusal | null> {
  const { analyticsAnnotationDelete: answer } = await admin.request(
    deleteDocument,
    { id: `${PREFIX}${id}` },
    deleted,
  );
  const refusal = refusalIn(answer.userErrors);
  return refusal?.code === "NOT_FOUND" ? null : refusal;
}
