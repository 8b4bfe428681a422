-- CreateEnum
CREATE TYPE "CheckKind" AS ENUM ('sweep', 'night');

-- CreateTable
CREATE TABLE "Check" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "shop" TEXT NOT NULL,
    "kind" "CheckKind" NOT NULL,
    "day" TEXT,
    "startedAt" TIMESTAMPTZ(3) NOT NULL,
    "finishedAt" TIMESTAMPTZ(3),
    "stage" TEXT NOT NULL DEFAULT 'sweep',
    "work" JSONB NOT NULL DEFAULT '{}',
    "checked" INTEGER NOT NULL DEFAULT 0,
    "found" JSONB NOT NULL DEFAULT '{}',
    "repaired" INTEGER NOT NULL DEFAULT 0,
    "remaining" INTEGER NOT NULL DEFAULT 0,
    "error" TEXT,

    CONSTRAINT "Check_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "MonthFigures" (
    "shop" TEXT NOT NULL,
    "month" TEXT NOT NULL,
    "askedAt" TIMESTAMPTZ(3) NOT NULL,
    "source" TEXT NOT NULL,
    "reason" TEXT,
    "verdict" TEXT NOT NULL,
    "shopify" JSONB NOT NULL,
    "ours" JSONB NOT NULL,
    "parts" JSONB NOT NULL,

    CONSTRAINT "MonthFigures_pkey" PRIMARY KEY ("shop","month")
);

-- CreateIndex
CREATE INDEX "Check_shop_kind_startedAt_idx" ON "Check"("shop", "kind", "startedAt");

-- CreateIndex
CREATE INDEX "Check_startedAt_idx" ON "Check"("startedAt");
