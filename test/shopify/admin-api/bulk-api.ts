// Bulk operations as the Admin API offers them: starting, cancelling and reading them.
import { gid } from "../model.ts";
import type { BulkOperation } from "./bulk.ts";
import { BulkOperations, LINK_LIFETIME, MAX_RUNNING } from "./bulk.ts";
import { planBulk } from "./bulk-plan.ts";
import type { BulkUserError } from "./bulk-rules.ts";
import { readBulkQuery } from "./bulk-rules.ts";
import type { Args, Context, Fields, Served } from "./context.ts";
import { after, dateTime } from "./instants.ts";

interface UserError {
  field: string[] | null;
  message: string;
}

interface Payload {
  bulkOperation: BulkOperation | null;
  userErrors: readonly (BulkUserError | UserError)[];
}

export function runBulkQuery(args: Args, context: Context): Payload {
  const query = String(args["query"]);
  const read = readBulkQuery(query);
  if (Array.isArray(read)) return { bulkOperation: null, userErrors: read };
  const running = context.bulk.inProgress();
  if (running.length >= MAX_RUNNING) {
    const ids = running.map((operation) => gid("BulkOperation", operation.id)).join(", ");
    const message = `A bulk query operation for this app and shop is already in progress: ${ids}`;
    return { bulkOperation: null, userErrors: [{ field: null, message, code: "OPERATION_IN_PROGRESS" }] };
  }
  // The warnings of a search inside a bulk query are told to nobody.
  const plan = planBulk(read, { ...context, search: [] });
  return { bulkOperation: context.bulk.start(query, plan, args["groupObjects"] === true), userErrors: [] };
}

export function cancelBulk(id: number, context: Context): Payload {
  const operation = context.bulk.get(id);
  if (operation === null)
    return { bulkOperation: null, userErrors: [{ field: ["id"], message: "Bulk operation does not exist" }] };
  if (BulkOperations.isTerminal(operation)) {
    const message = `A bulk operation cannot be canceled when it is ${operation.status.toLowerCase()}`;
    return { bulkOperation: operation, userErrors: [{ field: null, message }] };
  }
  context.bulk.cancel(operation);
  return { bulkOperation: operation, userErrors: [] };
}

function link(operation: BulkOperation, context: Context): string | null {
  if (operation.completedAt === null || operation.objectCount === 0) return null;
  return context.linkTo(operation.file, after(operation.completedAt, LINK_LIFETIME));
}

const bulkOperation: Fields<BulkOperation> = {
  id: (operation) => gid("BulkOperation", operation.id),
  status: (operation) => operation.status,
  type: () => "QUERY",
  errorCode: (operation) => operation.errorCode,
  createdAt: (operation) => dateTime(operation.createdAt.toISOString()),
  completedAt: (operation) =>
    operation.completedAt === null ? null : dateTime(operation.completedAt.toISOString()),
  query: (operation) => operation.query,
  objectCount: (operation) => String(operation.objectCount),
  rootObjectCount: (operation) => String(operation.rootObjectCount),
  fileSize: (operation) => (operation.completedAt === null ? null : String(operation.fileSize)),
  url: (operation, _args, context) => (operation.status === "COMPLETED" ? link(operation, context) : null),
  partialDataUrl: (operation, _args, context) =>
    operation.status === "FAILED" || operation.status === "CANCELED" ? link(operation, context) : null,
};

const payload: Fields<Payload> = {
  bulkOperation: ({ bulkOperation }) => bulkOperation,
  userErrors: ({ userErrors }) => userErrors,
};

const userError: Fields<BulkUserError> = {
  field: ({ field }) => field,
  message: ({ message }) => message,
  code: ({ code }) => code,
};

export const bulkTypes: Served = {
  BulkOperation: bulkOperation,
  BulkOperationRunQueryPayload: payload,
  BulkOperationCancelPayload: payload,
  BulkOperationUserError: userError,
  UserError: { field: ({ field }: UserError) => field, message: ({ message }: UserError) => message },
};
