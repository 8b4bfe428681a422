// From what a sum begins to the sum: members, those who bought, their orders, and what its declaration puts between. The figure
// is the first times what there is of each step for each of the step before.
import type { RowKind } from "../kpis/answer.ts";
import { BOUGHT, BUYERS, declarations, HEADCOUNT } from "../kpis/catalogue.ts";
import { partsOf } from "../kpis/compile/parts.ts";
import { declarationOf, inputsOf, isIndicator, isOfOrders } from "../kpis/declared.ts";
import type { Step } from "./sums.ts";

/** "plus" where the sum before is a part of it: all that is added there, with its sign, is added here. */
function stepTo(name: string, before: string | undefined): Step {
  if (before === undefined) return { name, kind: "times" };
  const [own, part] = [partsOf(name), partsOf(before)];
  const isPart =
    part.plus.every((each) => own.plus.includes(each)) &&
    part.minus.every((each) => own.minus.includes(each));
  return { name, kind: isPart ? "plus" : "times" };
}

const isHeadcount = (name: string) => declarationOf(declarations, name).computation.kind === "customers";

/** The names from the first to the sum itself, of a row that has members and customers. */
function namesTo(id: string): string[] {
  const { through = [] } = declarationOf(declarations, id);
  if (isDoneByCustomers(id)) return [HEADCOUNT, id];
  // Of what a customer has one at most, such as a first order, nobody had more or fewer.
  if (!isOfOrders(declarations, id) || isIndicator(declarations, id)) return [id];
  return [...new Set([HEADCOUNT, BUYERS, BOUGHT.of, ...through, id])];
}

/** How many customers did something. */
function isDoneByCustomers(id: string): boolean {
  const { computation } = declarationOf(declarations, id);
  if (computation.kind === "customers") return computation.did.length > 0;
  return computation.kind === "derived" && inputsOf(computation).some(isDoneByCustomers);
}

const WITHOUT_MEMBERS: readonly RowKind[] = ["first_time", "guest", "orders", "others"];
const WITHOUT_CUSTOMERS: readonly RowKind[] = ["guest", "orders", "others"];

export interface Chain {
  steps: readonly Step[];
  /** The step that grows with the days: how many orders there are, or how many customers do what is counted. */
  flow: number;
}

/** The steps of a sum in a row of this kind. */
export function chainOf(id: string, kind: RowKind): Chain {
  const names = namesTo(id).filter(
    (name, index, all) =>
      index === all.length - 1 ||
      !(name === HEADCOUNT
        ? WITHOUT_MEMBERS.includes(kind)
        : isHeadcount(name) && WITHOUT_CUSTOMERS.includes(kind)),
  );
  const steps = names.map((name, index) => stepTo(name, names[index - 1]));
  const orders = names.indexOf(BOUGHT.of);
  const firstPlus = steps.findIndex(({ kind: how }, index) => index > 0 && how === "plus");
  return { steps, flow: orders >= 0 ? orders : (firstPlus < 0 ? steps.length : firstPlus) - 1 };
}
