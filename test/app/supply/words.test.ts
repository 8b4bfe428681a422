// The rule on words bites: text that stands in a component or a route is refused wherever a merchant would read it, and what
// only looks like text is not.
import { ESLint, Linter } from "eslint";
import ts from "typescript-eslint";
import { expect, it } from "vitest";
import { z } from "zod";

const eslint = new ESLint({ cwd: process.cwd() });
const configured = z.object({ rules: z.object({ "no-restricted-syntax": z.array(z.unknown()) }) });

/** What the house's setting of the rule says of a file's text, a line each. */
async function findings(file: string, text: string): Promise<string[]> {
  const { rules } = configured.parse(await eslint.calculateConfigForFile(file));
  const linter = new Linter();
  const found = linter.verify(
    text,
    [
      {
        files: ["**/*.{ts,tsx}"],
        languageOptions: { parser: ts.parser, parserOptions: { ecmaFeatures: { jsx: true } } },
        rules: { "no-restricted-syntax": rules["no-restricted-syntax"] as Linter.RuleEntry },
      },
    ],
    file,
  );
  return [...new Set(found.map(({ message }) => message))];
}

const WORDS = [expect.stringContaining("is a message of app/words")];
const inside = (jsx: string) => `export const Made = ({ n, say, open }) => (${jsx});`;

it.each([
  "<p>Nothing yet</p>",
  "<p>{n} Tage</p>",
  "<>{open ? 'Hide' : 'Show'}</>",
  "<p>{open && 'Hidden'}</p>",
  "<p>{`Filters (${n})`}</p>",
  "<p>{open ? n : n > 1 ? `${n} orders` : null}</p>",
  '<Page title="Home" />',
  "<Page title={'Home'} />",
  "<Page subtitle={`${n} days`} />",
  "<Field label={open ? 'One' : say('common.other')} />",
  '<i aria-label="Close" />',
  '<i aria-valuetext={open ? n : "Use the arrow keys"} />',
  '<img alt="A chart" />',
  '<Field helpText="zwölf Monate" placeholder="max" />',
  "<Page backAction={{ content: 'Home', url: n }} />",
  "<Table heads={[{ id: 'order', label: 'Order' }]} />",
  "<Table heads={[{ id: 'order', label: open ? `Order ${n}` : n }]} />",
  "<List text={n.map(() => 'The last day is before the first.')} />",
])("refuses %s in a component", async (jsx) => {
  expect(await findings("app/components/bits/made-up.tsx", inside(jsx))).toEqual(WORDS);
});

it.each([
  ["app/routes/app.made.tsx", 'export const meta = () => [{ title: "Home" }];'],
  ["app/routes/app.made.ts", 'export const action = () => ({ message: "Saved" });'],
  ["app/routes/app.made.ts", "export const action = () => Response.json({ error: `No shop ${1}` });"],
  ["app/components/made-up.ts", 'export const fault = () => "Enter both days.";'],
  ["app/components/made-up.ts", 'export const told = (shopify) => shopify.toast.show("Saved");'],
  ["app/root.tsx", 'export const meta = () => [{ title: "Home" }];'],
])("refuses it in %s: %s", async (file, text) => {
  expect(await findings(file, text)).toEqual(WORDS);
});

it.each([
  "<p className={open ? 'busy wide' : 'quiet'}>{say('common.save')}: {n} – {`${n}/${n}`}</p>",
  "<Page title={say(open ? 'common.save' : 'common.home')} primaryAction={<b id='one' />} />",
  "<i aria-label={say('common.labelled', { label: n, value: n })} role='status' aria-hidden='true'>i</i>",
  '<meta name="viewport" content="width=device-width" />',
  "<List items={[{ id: 'order', tone: 'success', title: 'errorPage.offline' }]} />",
  "<p>{rows.map(({ kind }) => (kind === 'total' ? <b className='total row' /> : null))}</p>",
])("leaves %s alone", async (jsx) => {
  expect(await findings("app/components/bits/made-up.tsx", inside(jsx))).toEqual([]);
});

it("leaves what programs read alone, and text outside of components and routes", async () => {
  const refusal = 'export const refuse = () => { throw new BadInput("Expected the id of a notice."); };';
  expect(await findings("app/routes/app.made.ts", refusal)).toEqual([]);
  expect(await findings("app/reports/made.server.ts", 'export const label = { label: "Orders" };')).toEqual(
    [],
  );
});

it("keeps the other rules of the app in force where it holds", async () => {
  for (const file of ["app/components/made-up.ts", "app/routes/app.made.ts"])
    expect(
      await findings(
        file,
        "const kept = new Map();\nexport const pool = new pg.Pool();\nexport const gone = () => db.shop.delete(kept);",
      ),
    ).toHaveLength(3);
});
