// What the reader of order exports lets through, the first sync brings: to the coin, on either engine.
import { afterAll, beforeAll, expect, it } from "vitest";
import { describeWarehouses } from "../../tools/setup/warehouses.ts";
import { exportText, orderRows, readExport, type Cells } from "../../simulator/shop/export-file.ts";
import { booksIn, booksOf, gapsIn, openWorld, syncWhole, type World } from "./world.ts";

let world: World;
let number = 0;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const bare = { "Lineitem requires shipping": "false", "Lineitem taxable": "false" };
const unusual: Cells[] = [
  ...orderRows({
    Name: "__proto__",
    Source: "__proto__",
    Tags: "constructor, \u0000",
    "Discount Code": "toString",
  }),
  ...orderRows({ Name: "#1 \ufffd", Source: "\ufffd" }, [
    { "Lineitem name": "", "Lineitem sku": "A\u0000B" },
  ]),
  ...orderRows({ "Shipping Country": "Atlantis", "Billing Country": "United States" }),
  ...orderRows({ Subtotal: "0.00", Total: "0.00" }, []),
  ...orderRows({ Subtotal: "50.00", Taxes: "10.00", Total: "60.00", "Refunded Amount": "30.00" }),
  ...orderRows({ Subtotal: "50.00", Total: "50.00", "Cancelled at": "2026-02-16 10:00:00 +0100" }),
  ...orderRows({ Subtotal: "25.00", Total: "25.00" }, [
    { "Lineitem quantity": "1000", "Lineitem price": "0.025" },
  ]),
  ...orderRows({ Subtotal: "0.00", Total: "3.00" }, [
    { ...bare, "Lineitem name": "Tip", "Lineitem price": "3.00" },
  ]),
  ...orderRows({ Subtotal: "70.00", Total: "70.00", "Refunded Amount": "65.00" }, [
    {},
    { ...bare, "Lineitem name": "Gift card", "Lineitem price": "50.00" },
  ]),
  ...orderRows({
    Shipping: "5.00",
    Taxes: "5.00",
    Duties: "7.00",
    Total: "39.00",
    "Refunded Amount": "39.00",
  }),
  ...orderRows({ "Payment Method": "bogus" }),
  ...orderRows({ "Created at": "1997-07-01 12:00:00 +0200" }),
  ...orderRows({ Id: "123456789012345678" }),
  ...orderRows({ Email: "", Phone: "" }),
];

describeWarehouses("a shop of an order export", (open) => {
  it("is read by the first sync, whatever is unusual in it", async () => {
    const warehouse = await open();
    const { shop } = await readExport(exportText(unusual), undefined, `imported-${++number}`);
    await world.install(shop);
    await syncWhole(world.context(shop, warehouse));
    expect(await booksIn(warehouse, shop)).toEqual(booksOf(shop));
    expect(await gapsIn(warehouse, shop)).toEqual([]);
  });
});
