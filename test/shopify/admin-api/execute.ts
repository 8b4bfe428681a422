// One request to the Admin API from its body to its answer: parse, validate, charge, execute.
import type { DocumentNode, GraphQLFieldResolver, GraphQLSchema, OperationDefinitionNode } from "graphql";
import {
  GraphQLError,
  execute,
  getOperationAST,
  getVariableValues,
  isInterfaceType,
  isObjectType,
  isUnionType,
  parse,
  validate,
} from "graphql";

import { guardOf, guardOfType } from "./access.ts";
import type { Context, Resolve } from "./context.ts";
import type { Bucket } from "./bucket.ts";
import { MAX_QUERY_COST, costOf } from "./cost.ts";
import { maxCostExceeded, notSimulated, throttled } from "./errors.ts";
import { api } from "./root.ts";
import { adminSchema } from "./schema.ts";
import type { ApiError } from "./validation.ts";
import { shopifyError, syntaxError } from "./validation.ts";

export interface ApiRequest {
  query: string;
  variables?: Readonly<Record<string, unknown>> | null;
  operationName?: string | null;
}

export interface ApiAnswer {
  data?: unknown;
  errors?: unknown[];
  extensions?: Record<string, unknown>;
}

let executable: GraphQLSchema | null = null;

/** The schema with resolvers on every field: those not served say so. */
function executableSchema(): GraphQLSchema {
  if (executable !== null) return executable;
  const { schema } = adminSchema();
  for (const type of Object.values(schema.getTypeMap())) {
    if (type.name.startsWith("__")) continue;
    if (isObjectType(type)) {
      for (const field of Object.values(type.getFields()))
        field.resolve = fieldResolver(type.name, field.name, guardOf(type.name, field.name, field.type));
    }
    if (isInterfaceType(type) || isUnionType(type)) {
      const { name } = type;
      type.resolveType = (source, context: Context, info) => {
        const found = api.typeOf(name, source as object, context);
        const denied = guardOfType(found, info.fieldName)?.(context.scopes);
        if (denied) throw denied;
        return found;
      };
    }
  }
  executable = schema;
  return schema;
}

function fieldResolver(
  typeName: string,
  fieldName: string,
  guard: ReturnType<typeof guardOf>,
): GraphQLFieldResolver<unknown, Context> {
  const resolve = api.served[typeName]?.[fieldName] as Resolve<unknown> | undefined;
  return (source, args: Record<string, unknown>, context, info) => {
    const denied = guard?.(context.scopes);
    if (denied) throw denied;
    if (resolve === undefined) throw notSimulated(`${typeName}.${fieldName}`);
    return resolve(source, args, context, info.path);
  };
}

interface Prepared {
  document: DocumentNode;
  errors: ApiError[];
}

/** Apps send the same few documents again and again. */
const prepared = new Map<string, Prepared>();

function prepare(query: string): Prepared {
  const known = prepared.get(query);
  if (known !== undefined) return known;
  let made: Prepared;
  try {
    const document = parse(query);
    const errors = validate(executableSchema(), document).map((error) => shopifyError(error, document));
    made = { document, errors };
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    made = {
      document: { kind: "Document", definitions: [] } as unknown as DocumentNode,
      errors: [syntaxError(error)],
    };
  }
  if (prepared.size > 500) prepared.clear();
  prepared.set(query, made);
  return made;
}

export async function answer(request: ApiRequest, context: Context, bucket: Bucket): Promise<ApiAnswer> {
  const schema = executableSchema();
  const { document, errors } = prepare(request.query);
  if (errors.length > 0) return { errors };
  const operation = getOperationAST(document, request.operationName);
  if (!operation) return { errors: [{ message: `No operation named "${request.operationName ?? ""}"` }] };
  const variables = request.variables ?? {};
  const wrong = variableErrors(schema, operation, variables);
  if (wrong.length > 0) return { errors: wrong };

  const charge = costOf({ document, operation, variables });
  const { requested } = charge;
  const cost = (actual: number | null): Record<string, unknown> => ({
    cost: {
      requestedQueryCost: requested,
      actualQueryCost: actual,
      throttleStatus: bucket.status(),
    },
  });
  if (requested > MAX_QUERY_COST)
    return { errors: [maxCostExceeded(requested, MAX_QUERY_COST)], extensions: cost(null) };
  if (!bucket.take(requested)) return { errors: [throttled()], extensions: cost(null) };

  const result = await execute({
    schema,
    document,
    contextValue: context,
    variableValues: { ...variables },
    operationName: request.operationName ?? null,
  });
  const actual = charge.actual(result.data);
  bucket.giveBack(requested - actual);
  return {
    data: result.data ?? null,
    ...(result.errors === undefined ? {} : { errors: [...result.errors] }),
    extensions: {
      ...cost(actual),
      ...(context.search.length === 0 ? {} : { search: context.search }),
    },
  };
}

/** The answer of a shop whose bucket is said to be empty. */
export function throttledAnswer(request: ApiRequest, bucket: Bucket): ApiAnswer {
  const { document, errors } = prepare(request.query);
  if (errors.length > 0) return { errors };
  const operation = getOperationAST(document, request.operationName);
  const requestedQueryCost = operation
    ? costOf({ document, operation, variables: request.variables ?? {} }).requested
    : 0;
  return {
    errors: [throttled()],
    extensions: {
      cost: {
        requestedQueryCost,
        actualQueryCost: null,
        throttleStatus: { ...bucket.status(), currentlyAvailable: 0 },
      },
    },
  };
}

function variableErrors(
  schema: GraphQLSchema,
  operation: OperationDefinitionNode,
  variables: Readonly<Record<string, unknown>>,
): ApiError[] {
  const coerced = getVariableValues(schema, operation.variableDefinitions ?? [], { ...variables });
  return (coerced.errors ?? []).map((error) => {
    const [, name = "", at = ""] =
      /Variable "\$(\w+)"(?:.*? at "\w+\.?([\w.[\]]+)")?/.exec(error.message) ?? [];
    const definition = operation.variableDefinitions?.find((each) => each.variable.name.value === name);
    const type = /of required type "([^"]+)"|type "([^"]+)"/.exec(error.message);
    const value = variables[name] ?? null;
    const explanation =
      value === null ? "Expected value to not be null" : (error.message.split("; ")[1] ?? error.message);
    const said = definition === undefined ? (type?.[1] ?? "") : typeText(definition.type);
    return {
      message: `Variable $${name} of type ${said} was provided invalid value${at === "" ? "" : ` for ${at}`}`,
      locations: [...(error.locations ?? [])],
      extensions: {
        code: "INVALID_VARIABLE",
        value,
        problems: [{ path: at === "" ? [] : at.split("."), explanation }],
      },
    };
  });
}

type TypeNode = NonNullable<OperationDefinitionNode["variableDefinitions"]>[number]["type"];

const typeText = (type: TypeNode): string =>
  type.kind === "NonNullType"
    ? `${typeText(type.type)}!`
    : type.kind === "ListType"
      ? `[${typeText(type.type)}]`
      : type.name.value;
