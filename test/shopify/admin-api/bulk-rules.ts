// What Shopify refuses to run as a bulk query, in its words. The limits are documented; the texts were observed.
import type {
  DocumentNode,
  FieldNode,
  GraphQLCompositeType,
  OperationDefinitionNode,
  SelectionSetNode,
} from "graphql";
import {
  GraphQLError,
  getNamedType,
  getNullableType,
  isCompositeType,
  isListType,
  isObjectType,
  isInterfaceType,
  parse,
  validate,
} from "graphql";
import { adminSchema } from "./schema.ts";
import { shopifyError, syntaxError } from "./validation.ts";

const MAX_BYTES = 65_535;
const MAX_CONNECTIONS = 5;
/** The root connection is at depth 0. */
const MAX_DEPTH = 2;

export interface BulkUserError {
  field: string[] | null;
  message: string;
  code: "INVALID" | "OPERATION_IN_PROGRESS" | "LIMIT_REACHED";
}

export interface BulkDocument {
  document: DocumentNode;
  operation: OperationDefinitionNode;
}

const invalid = (message: string): BulkUserError => ({ field: ["query"], message, code: "INVALID" });

export function readBulkQuery(query: string): BulkDocument | BulkUserError[] {
  const bytes = Buffer.byteLength(query);
  if (bytes > MAX_BYTES)
    return [invalid(`Query is too large (${bytes} bytes; maximum is ${MAX_BYTES} bytes)`)];
  let document: DocumentNode;
  try {
    document = parse(query);
  } catch (error) {
    if (!(error instanceof GraphQLError)) throw error;
    return [invalid(`Invalid bulk query: ${syntaxError(error).message}`)];
  }
  const operation = document.definitions.find((each) => each.kind === "OperationDefinition");
  if (operation === undefined) return [invalid("Invalid bulk query: syntax error, unexpected end of file")];
  if (operation.operation !== "query")
    return [invalid("Invalid operation type. Only `query` operations are supported.")];
  const wrong = validate(adminSchema().schema, document);
  if (wrong.length > 0)
    return wrong.map((error) => invalid(`Invalid bulk query: ${shopifyError(error, document).message}`));
  const broken = brokenRules(document, operation);
  return broken.length > 0 ? broken : { document, operation };
}

interface Findings {
  roots: string[];
  connections: number;
  depth: number;
  withoutEdges: Set<string>;
  withoutId: Set<string>;
  inList: boolean;
}

interface Place {
  /** Connections above. */
  depth: number;
  inList: boolean;
  /** The connection whose node this is, and whether that node selects its id. */
  parent: { name: string; hasId: boolean } | null;
}

function brokenRules(document: DocumentNode, operation: OperationDefinitionNode): BulkUserError[] {
  const found: Findings = {
    roots: [],
    connections: 0,
    depth: 0,
    withoutEdges: new Set(),
    withoutId: new Set(),
    inList: false,
  };
  const query = adminSchema().schema.getQueryType();
  if (!query) return [];
  const fields = fieldsOf(operation.selectionSet, document, query);
  for (const { field, parent } of fields) {
    found.roots.push(field.name.value);
    inspect(field, parent, document, { depth: 0, inList: false, parent: null }, found);
  }
  const errors: string[] = [];
  if (found.withoutEdges.size > 0) {
    const [first = ""] = found.withoutEdges;
    errors.push(
      `All connection fields in a bulk query must select their contents using 'edges' > 'node', e.g: '${first} { edges { node {'. Selecting via 'nodes' is not supported. Invalid connection fields: '${[...found.withoutEdges].join("', '")}'.`,
    );
  }
  if (found.roots.includes("node")) errors.push("Bulk queries cannot contain a top level `node` field.");
  if (found.depth > MAX_DEPTH)
    errors.push(`Bulk queries cannot contain connections with a nesting depth greater than ${MAX_DEPTH}.`);
  if (found.connections > MAX_CONNECTIONS)
    errors.push(`Bulk queries cannot contain more than ${MAX_CONNECTIONS} connections.`);
  if (found.withoutId.size > 0)
    errors.push(
      `The parent 'node' field for a nested connection must select the 'id' field without an alias and must be of 'ID' return type. Connection fields without 'id': ${[...found.withoutId].join(", ")}.`,
    );
  if (found.inList)
    errors.push("Queries that contain a connection field within a list field are not currently supported.");
  if (found.connections === 0) errors.push("Bulk queries must contain at least one connection.");
  // The rule is documented ("one top-level field"); this wording is ours.
  else if (found.roots.length > 1) errors.push("Bulk queries cannot contain more than one top level field.");
  return errors.map(invalid);
}

function inspect(
  node: FieldNode,
  parentType: GraphQLCompositeType,
  document: DocumentNode,
  place: Place,
  found: Findings,
): void {
  if (node.selectionSet === undefined || !("getFields" in parentType)) return;
  const field = parentType.getFields()[node.name.value];
  if (field === undefined) return;
  const type = getNamedType(field.type);
  if (!isCompositeType(type)) return;
  const children = fieldsOf(node.selectionSet, document, type);
  if (!type.name.endsWith("Connection")) {
    const inList = place.inList || isListType(getNullableType(field.type));
    for (const child of children) inspect(child.field, child.parent, document, { ...place, inList }, found);
    return;
  }
  found.connections += 1;
  found.depth = Math.max(found.depth, place.depth);
  if (place.inList) found.inList = true;
  if (place.parent !== null && !place.parent.hasId) found.withoutId.add(place.parent.name);
  const edges = children.filter((child) => child.field.name.value === "edges");
  if (edges.length === 0) found.withoutEdges.add(node.name.value);
  for (const edge of edges) {
    for (const { field: nodeField, parent } of childrenOf(edge.field, edge.parent, document)) {
      if (nodeField.name.value !== "node") continue;
      const selected = childrenOf(nodeField, parent, document);
      const hasId = selected.some(({ field: each }) => each.name.value === "id" && each.alias === undefined);
      const inside = {
        depth: place.depth + 1,
        inList: place.inList,
        parent: { name: node.name.value, hasId },
      };
      for (const child of selected) inspect(child.field, child.parent, document, inside, found);
    }
  }
}

interface Selected {
  field: FieldNode;
  parent: GraphQLCompositeType;
}

function childrenOf(node: FieldNode, parent: GraphQLCompositeType, document: DocumentNode): Selected[] {
  if (node.selectionSet === undefined || !(isObjectType(parent) || isInterfaceType(parent))) return [];
  const field = parent.getFields()[node.name.value];
  const type = field === undefined ? undefined : getNamedType(field.type);
  return type !== undefined && isCompositeType(type) ? fieldsOf(node.selectionSet, document, type) : [];
}

/** The fields of a selection with those of its fragments, each with the type it is selected on. */
function fieldsOf(set: SelectionSetNode, document: DocumentNode, type: GraphQLCompositeType): Selected[] {
  return set.selections.flatMap((each): Selected[] => {
    if (each.kind === "Field") return [{ field: each, parent: type }];
    const fragment =
      each.kind === "InlineFragment"
        ? each
        : document.definitions.find(
            (other) => other.kind === "FragmentDefinition" && other.name.value === each.name.value,
          );
    if (fragment === undefined || !("selectionSet" in fragment)) return [];
    const condition = "typeCondition" in fragment ? fragment.typeCondition?.name.value : undefined;
    const narrowed = condition === undefined ? type : adminSchema().schema.getType(condition);
    return isCompositeType(narrowed) ? fieldsOf(fragment.selectionSet, document, narrowed) : [];
  });
}
