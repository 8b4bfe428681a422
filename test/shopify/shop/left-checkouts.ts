// Checkouts that customers leave: begun with contact details, changed, completed after all, deleted, or removed by Shopify
// when they are old.
import { Goods } from "./goods.ts";
import type { CheckoutInput, Instant } from "./input.ts";
import { later } from "./records.ts";
import type { LeftCheckout, LeftLine } from "../model.ts";
import * as payloads from "../payloads.ts";

const DAY_MS = 86_400_000;

export class LeftCheckouts extends Goods {
  readonly checkouts = new Map<number, LeftCheckout>();

  leaveCheckout(input: CheckoutInput): LeftCheckout {
    const at = this.instantOf(input.at);
    const customer = input.customerId == null ? null : this.customerById(input.customerId);
    const id = this.newId("checkout");
    const checkout: LeftCheckout = {
      id,
      token: `token-${id}`,
      customerId: customer?.id ?? null,
      createdAt: at,
      updatedAt: at,
      completedAt: null,
      shippingCountry: input.shippingCountry ?? null,
      billingCountry: input.billingCountry ?? null,
      shipping: input.shipping ?? 0,
      lines: this.#lines(input.lines),
    };
    this.checkouts.set(id, checkout);
    this.emit("checkouts/create", at, () => payloads.checkout(this, checkout));
    return checkout;
  }

  changeCheckout(id: number, change: Partial<CheckoutInput>): LeftCheckout {
    const checkout = this.#checkout(id);
    if (change.lines) checkout.lines = this.#lines(change.lines);
    if (change.customerId !== undefined)
      checkout.customerId = change.customerId === null ? null : this.customerById(change.customerId).id;
    checkout.shippingCountry = change.shippingCountry ?? checkout.shippingCountry;
    checkout.shipping = change.shipping ?? checkout.shipping;
    return this.#changed(checkout, change.at);
  }

  /** The order itself is placed by Shop.recoverCheckout. */
  protected completed(id: number, at: Instant | undefined): LeftCheckout {
    const checkout = this.#checkout(id);
    checkout.completedAt = later(checkout.updatedAt, this.instantOf(at));
    return this.#changed(checkout, at);
  }

  deleteCheckout(id: number, at?: Instant): void {
    const checkout = this.#checkout(id);
    this.checkouts.delete(id);
    this.emit("checkouts/delete", this.instantOf(at), () => ({ token: checkout.token }));
  }

  /**
   * What Shopify removes on a Monday: created more than three months ago, unchanged for a month, and never completed. Nobody
   * is told. The ids that went.
   */
  removeOldCheckouts(at?: Instant): number[] {
    const monday = Date.parse(this.instantOf(at));
    if (new Date(monday).getUTCDay() !== 1) throw new RangeError("Shopify removes them on a Monday.");
    const isOld = ({ createdAt, updatedAt, completedAt }: LeftCheckout) =>
      completedAt === null &&
      Date.parse(createdAt) < monday - 92 * DAY_MS &&
      Date.parse(updatedAt) < monday - 31 * DAY_MS;
    const old = [...this.checkouts.values()].filter(isOld).map(({ id }) => id);
    for (const id of old) this.checkouts.delete(id);
    return old;
  }

  protected override customerMerged(keptId: number, mergedId: number): void {
    for (const checkout of this.checkouts.values())
      if (checkout.customerId === mergedId) checkout.customerId = keptId;
  }

  #lines(lines: CheckoutInput["lines"]): LeftLine[] {
    return lines.map(({ variantId, quantity, price }) => {
      const variant = variantId === undefined ? undefined : this.variants.get(variantId);
      if (variantId !== undefined && !variant) throw new RangeError(`No variant ${variantId}.`);
      return {
        id: this.newId("checkoutLine"),
        variantId: variant?.id ?? null,
        productId: variant?.productId ?? null,
        quantity,
        amount: (price ?? variant?.price ?? 0) * quantity,
      };
    });
  }

  #changed(checkout: LeftCheckout, at: Instant | undefined): LeftCheckout {
    checkout.updatedAt = later(checkout.updatedAt, this.instantOf(at));
    this.emit("checkouts/update", checkout.updatedAt, () => payloads.checkout(this, checkout));
    return checkout;
  }

  #checkout(id: number): LeftCheckout {
    const checkout = this.checkouts.get(id);
    if (!checkout) throw new RangeError(`No checkout ${id}.`);
    return checkout;
  }
}
