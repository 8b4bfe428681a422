// A bulk query compiled to rows: the resolvers of ordinary requests, called without graphql-js in between, because
// per order it costs some twenty times as much. test/simulator/api/bulk.test.ts holds the two against each other.
import type { DocumentNode, FieldNode, GraphQLField, GraphQLObjectType, SelectionSetNode } from "graphql";
import {
  getArgumentValues,
  getNamedType,
  getNullableType,
  isAbstractType,
  isLeafType,
  isListType,
  isObjectType,
} from "graphql";
import { guardOf } from "./access.ts";
import type { BulkDocument } from "./bulk-rules.ts";
import type { Connection } from "./connections.ts";
import type { Args, Context, Resolve } from "./context.ts";
import { notSimulated } from "./errors.ts";
import { adminSchema } from "./schema.ts";

export type Row = Record<string, unknown>;

interface Pending {
  connection: Connection;
  plan: Plan;
}

type Step = (source: object, row: Row, pending: Pending[]) => void;

/** Fills a row from a source; nested connections are left in `pending`, to become rows of their own. */
type Plan = Step;

export interface BulkPlan {
  /** A field of the query is beyond the granted scopes: the whole operation fails. */
  denied: boolean;
  /** Each root with everything below it: parents before their children. */
  roots(): Iterable<Row[]>;
}

export function planBulk({ document, operation }: BulkDocument, context: Context): BulkPlan {
  const query = adminSchema().schema.getQueryType();
  if (!query) throw new Error("The schema has no query type.");
  const compiler = new Compiler(document, context);
  const pending: Pending[] = [];
  compiler.plan(query, [operation.selectionSet])({}, {}, pending);
  const [root] = pending;
  if (compiler.denied) return { denied: true, roots: () => [] };
  if (root === undefined) throw notSimulated("a bulk query whose root is not a connection");
  return {
    denied: false,
    *roots() {
      for (const source of root.connection.all()) {
        const rows: Row[] = [];
        write(root.plan, source as object, null, rows);
        yield rows;
      }
    },
  };
}

function write(plan: Plan, source: object, parentId: unknown, rows: Row[]): void {
  const row: Row = {};
  const pending: Pending[] = [];
  plan(source, row, pending);
  if (parentId !== null) row["__parentId"] = parentId;
  rows.push(row);
  for (const { connection, plan: childPlan } of pending) {
    for (const child of connection.all()) write(childPlan, child as object, row["id"], rows);
  }
}

class Compiler {
  readonly #document: DocumentNode;
  readonly #context: Context;
  denied = false;

  constructor(document: DocumentNode, context: Context) {
    this.#document = document;
    this.#context = context;
  }

  plan(type: GraphQLObjectType, sets: readonly SelectionSetNode[]): Plan {
    const fields = new Map<string, FieldNode[]>();
    for (const set of sets) this.#collect(set, type, fields);
    const steps = [...fields].map(([key, nodes]) => this.#field(type, key, nodes));
    return (source, row, pending) => {
      for (const step of steps) step(source, row, pending);
    };
  }

  #field(type: GraphQLObjectType, key: string, nodes: readonly FieldNode[]): Step {
    const [node] = nodes;
    if (node === undefined) throw new Error(`No field for ${key}.`);
    const name = node.name.value;
    if (name === "__typename") return (_source, row) => void (row[key] = type.name);
    const field = type.getFields()[name];
    if (field === undefined)
      throw new Error(`${type.name}.${name} passed validation but is not in the schema.`);
    if (guardOf(type.name, name, field.type)?.(this.#context.scopes)) {
      this.denied = true;
      return () => undefined;
    }
    const resolve = this.#context.api.served[type.name]?.[name] as Resolve<object> | undefined;
    if (resolve === undefined) throw notSimulated(`${type.name}.${name}`);
    const args: Args = getArgumentValues(field, node);
    const context = this.#context;
    const sets = nodes.flatMap((each) => each.selectionSet ?? []);
    const named = getNamedType(field.type);
    if (named.name.endsWith("Connection") && isObjectType(named)) {
      const plan = this.#nodePlan(named, sets);
      return (source, _row, pending) =>
        void pending.push({ connection: resolve(source, args, context) as Connection, plan });
    }
    const value = this.#value(field, sets);
    return (source, row, pending) => void (row[key] = value(resolve(source, args, context), pending));
  }

  #nodePlan(connection: GraphQLObjectType, sets: readonly SelectionSetNode[]): Plan {
    const edges = this.#below(connection, sets, "edges");
    const edge = getNamedType(connection.getFields()["edges"]?.type);
    if (!isObjectType(edge)) throw new Error(`${connection.name} has no edges.`);
    const node = edge.getFields()["node"];
    if (node === undefined) throw new Error(`${edge.name} has no node.`);
    const value = this.#objectPlan(node, this.#below(edge, edges, "node"));
    return value;
  }

  #below(type: GraphQLObjectType, sets: readonly SelectionSetNode[], name: string): SelectionSetNode[] {
    const fields = new Map<string, FieldNode[]>();
    for (const set of sets) this.#collect(set, type, fields);
    return [...fields.values()]
      .flat()
      .filter((node) => node.name.value === name)
      .flatMap((node) => node.selectionSet ?? []);
  }

  /** Interfaces are compiled for each concrete type served, so that what is denied or missing is known at once. */
  #objectPlan(field: GraphQLField<unknown, unknown>, sets: readonly SelectionSetNode[]): Plan {
    const type = getNamedType(field.type);
    if (isObjectType(type)) return this.plan(type, sets);
    if (!isAbstractType(type)) throw new Error(`${type.name} has no fields.`);
    const { api } = this.#context;
    const plans = new Map<string, Plan>();
    for (const each of adminSchema().schema.getPossibleTypes(type))
      if (each.name in api.served) plans.set(each.name, this.plan(each, sets));
    return (source, row, pending) => {
      const name = api.typeOf(type.name, source, this.#context);
      const plan = plans.get(name);
      if (plan === undefined) throw notSimulated(`${name} as ${type.name}`);
      plan(source, row, pending);
    };
  }

  #value(
    field: GraphQLField<unknown, unknown>,
    sets: readonly SelectionSetNode[],
  ): (value: unknown, pending: Pending[]) => unknown {
    if (isLeafType(getNamedType(field.type))) return (value) => value ?? null;
    const plan = this.#objectPlan(field, sets);
    const one = (value: unknown, pending: Pending[]): Row | null => {
      if (value === null || value === undefined) return null;
      const row: Row = {};
      plan(value, row, pending);
      return row;
    };
    return isListType(getNullableType(field.type))
      ? (value, pending) => (value as readonly unknown[]).map((each) => one(each, pending))
      : one;
  }

  #collect(set: SelectionSetNode, type: GraphQLObjectType, fields: Map<string, FieldNode[]>): void {
    for (const each of set.selections) {
      if ((each.directives?.length ?? 0) > 0) throw notSimulated("directives in a bulk query");
      if (each.kind === "Field") {
        const key = each.alias?.value ?? each.name.value;
        fields.set(key, [...(fields.get(key) ?? []), each]);
        continue;
      }
      const fragment =
        each.kind === "InlineFragment"
          ? each
          : this.#document.definitions.find(
              (other) => other.kind === "FragmentDefinition" && other.name.value === each.name.value,
            );
      if (fragment === undefined || !("selectionSet" in fragment)) continue;
      const condition = "typeCondition" in fragment ? fragment.typeCondition?.name.value : undefined;
      if (this.#applies(condition, type)) this.#collect(fragment.selectionSet, type, fields);
    }
  }

  #applies(condition: string | undefined, type: GraphQLObjectType): boolean {
    if (condition === undefined || condition === type.name) return true;
    const { schema } = adminSchema();
    const named = schema.getType(condition);
    return isAbstractType(named) && schema.isSubType(named, type);
  }
}
