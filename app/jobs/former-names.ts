// Names under which earlier versions of the app put jobs into the queue, where some may still wait after an upgrade.

export const formerNames: Readonly<Record<string, "follow_webhooks">> = { refetch_orders: "follow_webhooks" };
