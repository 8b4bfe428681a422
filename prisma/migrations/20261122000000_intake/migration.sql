-- AlterTable
ALTER TABLE "WebhookEvent" ADD COLUMN     "day" DATE;

-- CreateTable
CREATE TABLE "WebhookDay" (
    "shop" TEXT NOT NULL,
    "day" DATE NOT NULL,
    "received" INTEGER NOT NULL DEFAULT 0,
    "late" INTEGER NOT NULL DEFAULT 0,
    "repeated" INTEGER NOT NULL DEFAULT 0,
    "used" INTEGER NOT NULL DEFAULT 0,
    "unusable" INTEGER NOT NULL DEFAULT 0,
    "repaired" INTEGER NOT NULL DEFAULT 0,

    CONSTRAINT "WebhookDay_pkey" PRIMARY KEY ("shop","day")
);

-- CreateTable
-- Not logged: after a crash of the server a full bucket is assumed, and Shopify's next answer corrects it.
CREATE UNLOGGED TABLE "CostBudget" (
    "shop" TEXT NOT NULL,
    "available" DOUBLE PRECISION NOT NULL,
    "maximum" DOUBLE PRECISION NOT NULL,
    "restoreRate" DOUBLE PRECISION NOT NULL,
    "at" TIMESTAMPTZ(6) NOT NULL,

    CONSTRAINT "CostBudget_pkey" PRIMARY KEY ("shop")
);
