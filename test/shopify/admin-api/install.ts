// The app in one shop: what the merchant granted, the tokens that work, its bucket, its bulk operations, its troubles.
import type { ShopEvent } from "../model.ts";
import type { Shop } from "../shop.ts";
import { impliedScopes } from "./access.ts";
import type { BulkFailure, BulkPace } from "./bulk.ts";
import { BulkOperations } from "./bulk.ts";
import type { Context, Reports } from "./context.ts";
import { Bucket, restoreRate } from "./bucket.ts";
import { noTrouble } from "./faults.ts";
import type { Injected } from "./injected.ts";
import { after } from "./instants.ts";
import { api } from "./root.ts";
import { HISTORY_LIMIT, Store } from "./store.ts";
import type { Credentials, TokenAnswer } from "./tokens.ts";
import { Tokens } from "./tokens.ts";
import type { Subscriptions } from "./subscriptions.ts";
import { isTopicAllowed } from "./subscription-api.ts";
import { gid, shopId } from "../model.ts";
import * as payloads from "../payloads.ts";

export interface InstallSettings {
  shop: Shop;
  app: Credentials;
  scopes: readonly string[];
  directory: string;
  pace: BulkPace;
  now: () => Date;
  send: (event: ShopEvent) => void;
  /** Whether a bulk operation fails for which none has asked. */
  bulkFailure: () => BulkFailure | null;
  injected: Injected;
  subscriptions: Subscriptions;
}

export class Install {
  readonly tokens: Tokens;
  readonly bucket: Bucket;
  readonly bulk: BulkOperations;
  trouble = noTrouble();
  reports: Reports = { approved: true, testOrders: false };
  #scopes: readonly string[];
  #installed = false;
  readonly #settings: InstallSettings;
  readonly #store: Store;

  constructor(settings: InstallSettings) {
    const { shop, app, now } = settings;
    this.#settings = settings;
    this.#scopes = settings.scopes;
    this.#store = new Store(shop);
    this.tokens = new Tokens(shop.domain, app, () => now().getTime());
    this.bucket = new Bucket(restoreRate(shop.plan));
    this.bulk = new BulkOperations({
      handle: shop.handle,
      directory: settings.directory,
      pace: settings.pace,
      now,
      takeFailure: () => this.trouble.bulk.shift() ?? settings.bulkFailure(),
      onFailure: () => settings.injected.count(shop.domain, "bulk_failed"),
      onFinish: (operation) =>
        this.#say("bulk_operations/finish", {
          admin_graphql_api_id: gid("BulkOperation", operation.id),
          completed_at: operation.completedAt?.toISOString() ?? null,
          created_at: operation.createdAt.toISOString(),
          error_code: operation.errorCode?.toLowerCase() ?? null,
          status: operation.status.toLowerCase(),
          type: "query",
        }),
    });
  }

  get domain(): string {
    return this.#settings.shop.domain;
  }

  get scopes(): readonly string[] {
    return this.#scopes;
  }

  get installed(): boolean {
    return this.#installed;
  }

  /** The first exchange installs the app: with managed installation the merchant has consented before. */
  exchange(body: unknown): TokenAnswer {
    const answer = this.tokens.answer(body, this.#scopes.join(","));
    if (answer.status === 200) this.#installed = true;
    return answer;
  }

  context(linkTo: Context["linkTo"]): Context {
    const now = this.#settings.now();
    const limited = this.trouble.historyLimited || !this.#scopes.includes("read_all_orders");
    return {
      api,
      store: this.#store,
      app: { clientId: this.#settings.app.clientId },
      granted: this.#scopes,
      scopes: impliedScopes(this.#scopes),
      oldestOrder: limited ? after(now, -HISTORY_LIMIT).toISOString() : null,
      now,
      reports: this.reports,
      bulk: this.bulk,
      subscriptions: this.#settings.subscriptions.inShop(this.domain),
      search: [],
      types: new WeakMap(),
      linkTo,
    };
  }

  /** Shopify sends a shop's events to the apps that are installed in it. */
  announce(event: ShopEvent): void {
    if (this.#installed) this.#settings.send(event);
  }

  uninstall(): void {
    const { shop, now, send } = this.#settings;
    this.tokens.revokeAll();
    // Also to an app that was installed in an earlier run, whose tokens died with it.
    send({ topic: "app/uninstalled", payload: payloads.settings(shop), happenedAt: now().toISOString() });
    this.#installed = false;
    this.#settings.subscriptions.withdraw(this.domain, () => false);
    this.#scopes = this.#settings.scopes;
  }

  /** 48 hours after an uninstall the shop's data are to be erased; Shopify says so to an app that is no longer there. */
  redact(): void {
    const { shop, now, send } = this.#settings;
    send({
      topic: "shop/redact",
      payload: payloads.redactedShop(shop),
      happenedAt: now().toISOString(),
    });
  }

  setScopes(scopes: readonly string[]): void {
    const previous = this.#scopes;
    this.#scopes = [...scopes];
    const implied = impliedScopes(scopes);
    this.#settings.subscriptions.withdraw(this.domain, (topic) => isTopicAllowed(topic, implied));
    this.#say("app/scopes_update", {
      id: shopId(this.#settings.shop.handle),
      previous,
      current: this.#scopes,
      updated_at: this.#settings.now().toISOString(),
    });
  }

  /** An event outside the shop's own records, such as a compliance request. */
  #say(topic: string, payload: Record<string, unknown>): void {
    this.announce({ topic, payload, happenedAt: this.#settings.now().toISOString() });
  }
}
