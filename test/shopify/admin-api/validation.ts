// What graphql-js finds wrong with a document, said as Shopify says it: message, path and extensions.
import type { ASTNode, DocumentNode, FieldNode, GraphQLError } from "graphql";
import { print, visit } from "graphql";

export interface ApiError {
  message: string;
  locations?: { line: number; column: number }[];
  path?: (string | number)[];
  extensions?: Record<string, unknown>;
}

export function syntaxError(error: GraphQLError): ApiError {
  const [at] = error.locations ?? [];
  const [, found] = /(?:found|Unexpected) (.+?)\.?$/.exec(error.message) ?? [];
  const what = found === undefined || found.includes("<EOF>") ? "end of file" : found;
  const message = `syntax error, unexpected ${what}${at === undefined || what === "end of file" ? "" : ` at [${at.line}, ${at.column}]`}`;
  return { message, locations: [...(error.locations ?? [])], extensions: { code: "PARSE_ERROR" } };
}

type Said = { message: string; extensions: Record<string, unknown> };
type Wording = [RegExp, (parts: readonly string[], node: ASTNode | undefined) => Said];

// graphql-js writes `Query.orders`, Shopify names the field alone.
const lastOf = (coordinate: string): string => coordinate.split(".").at(-1) ?? coordinate;

const WORDINGS: readonly Wording[] = [
  [
    /^Cannot query field "(\w+)" on type "(\w+)"/,
    ([, fieldName = "", typeName = ""]) => ({
      message: `Field '${fieldName}' doesn't exist on type '${typeName}'`,
      extensions: { code: "undefinedField", typeName, fieldName },
    }),
  ],
  [
    /^(?:Field|Argument) "([\w.]+)" argument "(\w+)" of type "[^"]+" is required/,
    ([, field = "", argument = ""]) => ({
      message: `Field '${lastOf(field)}' is missing required arguments: ${argument}`,
      extensions: {
        code: "missingRequiredArguments",
        className: "Field",
        name: lastOf(field),
        arguments: argument,
      },
    }),
  ],
  [
    /^Unknown argument "(\w+)" on field "([\w.]+)"/,
    ([, argumentName = "", field = ""]) => ({
      message: `Field '${lastOf(field)}' doesn't accept argument '${argumentName}'`,
      extensions: { code: "argumentNotAccepted", name: lastOf(field), typeName: "Field", argumentName },
    }),
  ],
  [
    /^Field "(\w+)" of type "([^"]+)" must have a selection of subfields/,
    ([, field = "", type = ""]) => {
      const typeName = type.replace(/[[\]!]/g, "");
      return {
        message: `Field must have selections (field '${field}' returns ${typeName} but has no selections. Did you mean '${field} { ... }'?)`,
        extensions: { code: "selectionMismatch", nodeName: `field '${field}'`, typeName },
      };
    },
  ],
  [
    /^Field "(\w+)" must not have a selection since type "([^"]+)" has no subfields/,
    ([, field = "", type = ""], node) => {
      const typeName = type.replace(/[[\]!]/g, "");
      const set =
        node?.kind === "SelectionSet" ? node : node?.kind === "Field" ? node.selectionSet : undefined;
      const selections = (set?.selections ?? []).map((each) => `"${print(each)}"`).join(", ");
      return {
        message: `Selections can't be made on scalars (field '${field}' returns ${typeName} but has selections [${selections}])`,
        extensions: { code: "selectionMismatch", nodeName: `field '${field}'`, typeName },
      };
    },
  ],
  [
    /^Variable "\$(\w+)" of type "([^"]+)" used in position expecting type "([^"]+)"/,
    ([, variableName = "", typeName = "", expected = ""]) => ({
      message: `Type mismatch on variable $${variableName} and argument (${typeName} / ${expected})`,
      extensions: { code: "variableMismatch", variableName, typeName, errorMessage: "Type mismatch" },
    }),
  ],
  [
    /^Variable "\$(\w+)" is not defined(?: by operation "(\w+)")?/,
    ([, variableName = "", operation]) => ({
      message: `Variable $${variableName} is used by ${operation ?? "anonymous query"} but not declared`,
      extensions: { code: "variableNotDefined", variableName },
    }),
  ],
  [
    /^Variable "\$(\w+)" is never used(?: in operation "(\w+)")?/,
    ([, variableName = "", operation]) => ({
      message: `Variable $${variableName} is declared by ${operation ?? "anonymous query"} but not used`,
      extensions: { code: "variableNotUsed", variableName },
    }),
  ],
  [
    /^Unknown fragment "(\w+)"/,
    ([, fragmentName = ""]) => ({
      message: `Fragment ${fragmentName} was used, but not defined`,
      extensions: { code: "useAndDefineFragment", fragmentName },
    }),
  ],
  [
    /^Fragment "(\w+)" is never used/,
    ([, fragmentName = ""]) => ({
      message: `Fragment ${fragmentName} was defined, but not used`,
      extensions: { code: "useAndDefineFragment", fragmentName },
    }),
  ],
  [
    /^Unknown type "(\w+)"/,
    ([, typeName = ""]) => ({
      message: `No such type ${typeName}, so it can't be a fragment condition`,
      extensions: { code: "undefinedType", typeName },
    }),
  ],
  [
    /^Fragment (?:"(\w+)" )?cannot be spread here as objects of type "(\w+)" can never be of type "(\w+)"/,
    ([, fragment, parentName = "", typeName = ""]) => ({
      message: `Fragment${fragment === undefined ? "" : ` ${fragment}`} on ${typeName} can't be spread inside ${parentName}`,
      extensions: { code: "cannotSpreadFragment", typeName, fragmentName: fragment ?? "unknown", parentName },
    }),
  ],
];

/** One error of validation. Errors that Shopify's wording is not known for keep the text of graphql-js. */
export function shopifyError(error: GraphQLError, document: DocumentNode): ApiError {
  const [node] = error.nodes ?? [];
  const { path, argument } = placeOf(node, document);
  const said = argument !== null ? wrongArgument(argument) : worded(error.message, node);
  return {
    message: said.message,
    locations: [...(error.locations ?? [])],
    path: said.extensions["code"] === "argumentNotAccepted" && argument ? [...path, argument.name] : path,
    extensions: said.extensions,
  };

  function wrongArgument({ name, field, value }: Argument): Said {
    const expected = /^(?:Expected value of type|\w+ cannot represent|Enum) "?([\w[\]!]+)?"?/.exec(
      error.message,
    );
    if (expected === null && !/ value: |does not exist in/.test(error.message))
      return worded(error.message, node);
    const type = /type "([^"]+)"|^(\w+) cannot represent|in "(\w+)" enum/.exec(error.message);
    const typeName = type?.[1] ?? type?.[2] ?? type?.[3] ?? "unknown";
    return {
      message: `Argument '${name}' on Field '${field}' has an invalid value (${value}). Expected type '${typeName}'.`,
      extensions: { code: "argumentLiteralsIncompatible", typeName: "Field", argumentName: name },
    };
  }
}

function worded(message: string, node: ASTNode | undefined): Said {
  for (const [pattern, say] of WORDINGS) {
    const parts = pattern.exec(message);
    if (parts !== null) return say(parts, node);
  }
  return { message, extensions: { code: "BAD_REQUEST" } };
}

interface Argument {
  name: string;
  field: string;
  value: string;
}

/** `["query Op", "orders", "nodes", "x"]` of a node, and the argument it stands in. */
function placeOf(
  wanted: ASTNode | undefined,
  document: DocumentNode,
): { path: string[]; argument: Argument | null } {
  const path: string[] = [];
  const fields: FieldNode[] = [];
  const found: { path: string[]; argument: Argument | null } = { path: [], argument: null };
  let argument: Argument | null = null;
  visit(document, {
    enter(node) {
      if (node.kind === "OperationDefinition")
        path.push(`${node.operation}${node.name === undefined ? "" : ` ${node.name.value}`}`);
      if (node.kind === "FragmentDefinition") path.push(`fragment ${node.name.value}`);
      if (node.kind === "InlineFragment") path.push(`... on ${node.typeCondition?.name.value ?? ""}`.trim());
      if (node.kind === "Field") {
        path.push(node.alias?.value ?? node.name.value);
        fields.push(node);
      }
      if (node.kind === "Argument")
        argument = {
          name: node.name.value,
          field: fields.at(-1)?.name.value ?? "",
          value: print(node.value),
        };
      if (node === wanted) {
        found.path = [...path];
        found.argument = argument;
      }
    },
    leave(node) {
      if (
        node.kind === "OperationDefinition" ||
        node.kind === "FragmentDefinition" ||
        node.kind === "InlineFragment" ||
        node.kind === "Field"
      )
        path.pop();
      if (node.kind === "Field") fields.pop();
      if (node.kind === "Argument") argument = null;
    },
  });
  return found;
}
