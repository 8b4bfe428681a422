// What a query costs. The formula was fitted to recorded answers of the real API: an object 1, money, leaves and
// pageInfo 0, a count 10, a mutation 10, a connection 2 + s(first) × its node, where s grows with the logarithm of the
// page size; lists and nodes(ids:) count once, interfaces their dearest branch.
import type {
  DocumentNode,
  FieldNode,
  GraphQLCompositeType,
  OperationDefinitionNode,
  SelectionSetNode,
} from "graphql";
import { getArgumentValues, getNamedType, isAbstractType, isCompositeType } from "graphql";
import { adminSchema } from "./schema.ts";

export const MAX_QUERY_COST = 1000;
const MUTATION = 10;
const COUNT = 10;
const CONNECTION = 2;

const FREE = new Set([
  "MoneyBag",
  "MoneyV2",
  "CustomerPhoneNumber",
  "CustomerEmailMarketingConsentState",
  "PageInfo",
]);

/** s(1) = 1, s(2) = 2, s(n) = ⌊2 ln n⌋: 50 → 7, 250 → 11. */
const pageFactor = (size: number): number =>
  size <= 2 ? size : size === 3 ? 2 : Math.floor(2 * Math.log(size));

export interface Costing {
  document: DocumentNode;
  operation: OperationDefinitionNode;
  variables: Readonly<Record<string, unknown>>;
}

/** A selection with everything that costs nothing left out. */
interface Selection {
  fields: Charge[];
  branches: Selection[];
}

type Charge =
  | { key: string; kind: "count" }
  | { key: string; kind: "object"; weight: number; inside: Selection }
  | { key: string; kind: "connection"; size: number; page: Page | null };

interface Page {
  /** Response keys to the nodes: ["nodes"], or ["edges", "node"]. */
  path: readonly string[];
  weight: number;
  inside: Selection;
}

export interface Cost {
  /** Before execution, from what was asked for. */
  requested: number;
  /** Afterwards, with the counts that came back. */
  actual(data: unknown): number;
}

export function costOf(costing: Costing): Cost {
  const root = adminSchema().schema.getQueryType();
  if (costing.operation.operation === "mutation" || !root)
    return { requested: MUTATION, actual: () => MUTATION };
  const selection = new Reader(costing).selection([costing.operation.selectionSet], root);
  return { requested: requested(selection), actual: (data) => Math.ceil(actual(selection, data)) };
}

function requested({ fields, branches }: Selection): number {
  let cost = 0;
  for (const field of fields) {
    if (field.kind === "count") cost += COUNT;
    else if (field.kind === "object") cost += field.weight + requested(field.inside);
    else if (field.page === null) cost += CONNECTION;
    else cost += CONNECTION + pageFactor(field.size) * (field.page.weight + requested(field.page.inside));
  }
  return cost + Math.max(0, ...branches.map(requested));
}

function actual(selection: Selection, data: unknown): number {
  if (typeof data !== "object" || data === null) return 0;
  let cost = 0;
  for (const field of selection.fields) {
    const value = (data as Record<string, unknown>)[field.key];
    if (value === null || value === undefined) continue;
    if (field.kind === "count") cost += COUNT;
    else if (field.kind === "object") cost += field.weight + dearest(field.inside, value);
    else cost += CONNECTION + (field.page === null ? 0 : returned(field.page, value));
  }
  let branch = 0;
  for (const each of selection.branches) branch = Math.max(branch, actual(each, data));
  return cost + branch;
}

// A list counts once whatever its length.
const dearest = (inside: Selection, value: unknown): number =>
  Array.isArray(value)
    ? value.reduce((most: number, each) => Math.max(most, actual(inside, each)), 0)
    : actual(inside, value);

function returned({ path, weight, inside }: Page, connection: unknown): number {
  const [list = "", node] = path;
  const nodes = (connection as Record<string, unknown>)[list];
  if (!Array.isArray(nodes) || nodes.length === 0) return 0;
  let sum = 0;
  for (const each of nodes as (Record<string, unknown> | null)[]) {
    const value = node === undefined ? each : each?.[node];
    sum += weight + actual(inside, value);
  }
  return (pageFactor(nodes.length) * sum) / nodes.length;
}

class Reader {
  readonly #costing: Costing;

  constructor(costing: Costing) {
    this.#costing = costing;
  }

  selection(sets: readonly SelectionSetNode[], type: GraphQLCompositeType): Selection {
    const own = new Map<string, FieldNode[]>();
    const branches = new Map<string, SelectionSetNode[]>();
    for (const set of sets) this.#collect(set, type, own, branches);
    const { schema } = adminSchema();
    return {
      fields: [...own].flatMap(([key, nodes]) => this.#charge(key, nodes, type) ?? []),
      branches: [...branches].flatMap(([name, inside]) => {
        const branch = schema.getType(name);
        return isCompositeType(branch) ? this.selection(inside, branch) : [];
      }),
    };
  }

  #charge(key: string, nodes: readonly FieldNode[], parent: GraphQLCompositeType): Charge | null {
    const [node] = nodes;
    const field =
      node !== undefined && "getFields" in parent ? parent.getFields()[node.name.value] : undefined;
    if (node === undefined || field === undefined) return null;
    const type = getNamedType(field.type);
    if (!isCompositeType(type)) return null;
    if (type.name === "Count") return { key, kind: "count" };
    const sets = nodes.flatMap((each) => each.selectionSet ?? []);
    if (!type.name.endsWith("Connection"))
      return { key, kind: "object", weight: weightOf(type), inside: this.selection(sets, type) };
    const args = getArgumentValues(field, node, { ...this.#costing.variables });
    return {
      key,
      kind: "connection",
      size: Number(args["first"] ?? args["last"] ?? 1),
      page: this.#page(sets, type),
    };
  }

  #page(sets: readonly SelectionSetNode[], connection: GraphQLCompositeType): Page | null {
    const edge = below(connection, "edges");
    const type = edge === null ? null : below(edge, "node");
    if (edge === null || type === null) return null;
    const named = (
      from: readonly SelectionSetNode[],
      at: GraphQLCompositeType,
      name: string,
    ): FieldNode[] => {
      const own = new Map<string, FieldNode[]>();
      for (const set of from) this.#collect(set, at, own, new Map());
      return [...own.values()].flat().filter((node) => node.name.value === name);
    };
    const setsOf = (nodes: readonly FieldNode[]): SelectionSetNode[] =>
      nodes.flatMap((node) => node.selectionSet ?? []);
    const nodes = named(sets, connection, "nodes");
    const edges = named(sets, connection, "edges");
    const inEdges = named(setsOf(edges), edge, "node");
    const [list] = nodes;
    const [first] = edges;
    const [inEdge] = inEdges;
    const path = list ? [keyOf(list)] : first && inEdge ? [keyOf(first), keyOf(inEdge)] : null;
    if (path === null) return null;
    return { path, weight: weightOf(type), inside: this.selection(setsOf([...nodes, ...inEdges]), type) };
  }

  #collect(
    set: SelectionSetNode,
    type: GraphQLCompositeType,
    own: Map<string, FieldNode[]>,
    branches: Map<string, SelectionSetNode[]>,
  ): void {
    for (const each of set.selections) {
      if (each.kind === "Field") {
        const key = keyOf(each);
        own.set(key, [...(own.get(key) ?? []), each]);
        continue;
      }
      const fragment =
        each.kind === "InlineFragment"
          ? each
          : this.#costing.document.definitions.find(
              (other) => other.kind === "FragmentDefinition" && other.name.value === each.name.value,
            );
      if (fragment === undefined || !("selectionSet" in fragment) || fragment.selectionSet === undefined)
        continue;
      const condition = "typeCondition" in fragment ? fragment.typeCondition?.name.value : undefined;
      if (condition === undefined || condition === type.name || !isAbstractType(type))
        this.#collect(fragment.selectionSet, type, own, branches);
      else branches.set(condition, [...(branches.get(condition) ?? []), fragment.selectionSet]);
    }
  }
}

const keyOf = (node: FieldNode): string => node.alias?.value ?? node.name.value;

const weightOf = (type: GraphQLCompositeType): number => (FREE.has(type.name) ? 0 : 1);

function below(type: GraphQLCompositeType, name: string): GraphQLCompositeType | null {
  const field = "getFields" in type ? type.getFields()[name] : undefined;
  const named = field === undefined ? undefined : getNamedType(field.type);
  return isCompositeType(named) ? named : null;
}
