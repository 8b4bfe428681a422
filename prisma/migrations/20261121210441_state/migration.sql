-- CreateEnum
CREATE TYPE "SyncWindowState" AS ENUM ('planned', 'running', 'downloading', 'merging', 'done', 'failed');

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL,
    "shop" TEXT NOT NULL,
    "state" TEXT NOT NULL,
    "isOnline" BOOLEAN NOT NULL,
    "scope" TEXT,
    "expires" TIMESTAMPTZ(3),
    "accessToken" TEXT,
    "refreshToken" TEXT,
    "refreshTokenExpires" TIMESTAMPTZ(3),
    "userId" BIGINT,

    CONSTRAINT "Session_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Shop" (
    "domain" TEXT NOT NULL,
    "name" TEXT,
    "currency" TEXT,
    "timeZone" TEXT,
    "plan" TEXT,
    "scopes" TEXT NOT NULL DEFAULT '',
    "installedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "uninstalledAt" TIMESTAMPTZ(3),
    "firstSyncStartedAt" TIMESTAMPTZ(3),
    "firstSyncFinishedAt" TIMESTAMPTZ(3),
    "firstSyncError" TEXT,
    "historyLimited" BOOLEAN NOT NULL DEFAULT false,
    "ordersExpected" INTEGER,
    "lastSweepAt" TIMESTAMPTZ(3),
    "lastSweepFound" INTEGER,
    "sweptUntil" TIMESTAMPTZ(3),
    "lastWebhookAt" TIMESTAMPTZ(3),

    CONSTRAINT "Shop_pkey" PRIMARY KEY ("domain")
);

-- CreateTable
CREATE TABLE "SyncWindow" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "shop" TEXT NOT NULL,
    "resource" TEXT NOT NULL,
    "ordinal" INTEGER NOT NULL,
    "fromAt" TIMESTAMPTZ(3) NOT NULL,
    "toAt" TIMESTAMPTZ(3) NOT NULL,
    "state" "SyncWindowState" NOT NULL DEFAULT 'planned',
    "bulkOperationId" TEXT,
    "expected" INTEGER,
    "rows" INTEGER NOT NULL DEFAULT 0,
    "startedAt" TIMESTAMPTZ(3),
    "finishedAt" TIMESTAMPTZ(3),
    "error" TEXT,

    CONSTRAINT "SyncWindow_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "WebhookEvent" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "shop" TEXT NOT NULL,
    "topic" TEXT NOT NULL,
    "eventId" TEXT NOT NULL,
    "webhookId" TEXT NOT NULL,
    "resourceId" BIGINT,
    "triggeredAt" TIMESTAMPTZ(3),
    "receivedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "processedAt" TIMESTAMPTZ(3),
    "attempts" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,

    CONSTRAINT "WebhookEvent_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "Session_shop_idx" ON "Session"("shop");

-- CreateIndex
CREATE UNIQUE INDEX "SyncWindow_shop_resource_ordinal_key" ON "SyncWindow"("shop", "resource", "ordinal");

-- CreateIndex
CREATE INDEX "WebhookEvent_shop_processedAt_idx" ON "WebhookEvent"("shop", "processedAt");

-- CreateIndex
CREATE INDEX "WebhookEvent_receivedAt_idx" ON "WebhookEvent"("receivedAt");

-- CreateIndex
CREATE UNIQUE INDEX "WebhookEvent_shop_topic_eventId_key" ON "WebhookEvent"("shop", "topic", "eventId");
