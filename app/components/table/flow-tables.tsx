// Who moved between two days as tables: the groups, the square of then and now, and each flow with its money.
import { Text } from "@shopify/polaris";
import type { FlowCell, MovementView } from "../../reports/movement.server.ts";
import { useWords } from "../bits/language.ts";
import { Link } from "../router.ts";
import { DataTable, type Row } from "./data-table.tsx";

/** Where the customers of a flow are listed; of one group alone, where they were or are. */
export type Door = (of: { was: string | null; becomes: string | null }) => string;

const Figure = ({ text, note = null, to = null, label }: FigureProps) => (
  <span className="figure">
    <span className="figure-value">
      {to === null ? (
        text
      ) : (
        <Link to={to} aria-label={label}>
          {text}
        </Link>
      )}
    </span>
    {note === null ? null : <span className="figure-note">{note}</span>}
  </span>
);
interface FigureProps {
  text: string;
  note?: string | null;
  to?: string | null;
  label?: string;
}

function Head({ title, help }: { title: string; help?: string }) {
  return (
    <div className="card-head">
      <Text as="h2" variant="headingMd">
        {title}
      </Text>
      {help === undefined ? null : (
        <Text as="p" tone="subdued">
          {help}
        </Text>
      )}
    </div>
  );
}

export function GroupsTable({ view, door }: { view: MovementView; door: Door }) {
  const { say } = useWords();
  const { groups, from, to } = view;
  const numeric = true;
  return (
    <>
      <Head title={say("movementPage.groups")} />
      <DataTable
        caption={say("movementPage.groups")}
        heads={[
          { id: "group", label: say("movementPage.group") },
          { id: "then", label: say("movementPage.then", { day: from }), numeric },
          { id: "stayed", label: say("movementPage.stayed"), numeric },
          { id: "left", label: say("movementPage.left"), help: say("movementPage.leftHelp"), numeric },
          {
            id: "entered",
            label: say("movementPage.entered"),
            help: say("movementPage.enteredHelp"),
            numeric,
          },
          { id: "first", label: say("movementPage.firstBought"), numeric },
          { id: "now", label: say("movementPage.then", { day: to }), numeric },
        ]}
        rows={groups.map((group) => ({
          id: group.id,
          head: group.label,
          cells: [
            <Figure key="then" text={group.then} to={door({ was: group.id, becomes: null })} />,
            <Figure key="stayed" text={group.stayed} />,
            <Figure key="left" text={group.left} note={group.leftRange} />,
            <Figure key="entered" text={group.entered} />,
            <Figure key="first" text={group.firstBought} />,
            <Figure key="now" text={group.now} to={door({ was: null, becomes: group.id })} />,
          ],
        }))}
      />
    </>
  );
}

export function SquareTable({ view, door }: { view: MovementView; door: Door }) {
  const { say } = useWords();
  const { then, now, flows, from, to, caption } = view;
  const cells = new Map(flows.map((flow) => [`${flow.was} ${flow.becomes}`, flow]));
  return (
    <>
      <Head title={say("movementPage.flows")} help={say("movementPage.flowsHelp", { from, to })} />
      <DataTable
        caption={caption}
        heads={[
          { id: "was", label: from },
          ...now.map(({ id, label }) => ({ id, label, numeric: true })),
          { id: "*all", label: say("movementPage.total"), numeric: true },
        ]}
        rows={then.map((row) => ({
          id: row.id,
          head: row.label,
          cells: [
            ...now.map(({ id }) => {
              const flow = cells.get(`${row.id} ${id}`);
              return flow === undefined ? (
                <Figure key={id} text="–" />
              ) : (
                <Figure
                  key={id}
                  text={flow.text}
                  note={flow.share}
                  to={door(flow)}
                  label={say("common.labelled", { label: flow.label, value: flow.text })}
                />
              );
            }),
            <Figure key="*all" text={row.text} to={door({ was: row.id, becomes: null })} />,
          ],
        }))}
      />
    </>
  );
}

/** So many flows stand there at once. */
const SHOWN = 10;

export function FlowsTable({ view, door }: { view: MovementView; door: Door }) {
  const { say } = useWords();
  const numeric = true;
  const rowOf = (flow: FlowCell): Row => ({
    id: `${flow.was} ${flow.becomes}`,
    head: <Link to={door(flow)}>{flow.label}</Link>,
    cells: [flow.text, flow.share ?? "–", flow.netThen, flow.netBetween].map((text, index) => (
      <Figure key={index} text={text} />
    )),
  });
  const rows = view.flows.map(rowOf);
  const more = rows.slice(SHOWN);
  return (
    <>
      <Head title={say("movementPage.money")} />
      <DataTable
        caption={say("movementPage.money")}
        heads={[
          { id: "flow", label: say("movementPage.flow") },
          { id: "customers", label: say("movementPage.customers"), numeric },
          { id: "share", label: say("movementPage.share"), numeric },
          { id: "then", label: say("movementPage.netThen"), numeric },
          { id: "between", label: say("movementPage.netBetween"), numeric },
        ]}
        rows={rows.slice(0, SHOWN)}
        folded={
          more.length === 0 ? null : { text: say("movementPage.showMore", { n: more.length }), rows: more }
        }
      />
    </>
  );
}
