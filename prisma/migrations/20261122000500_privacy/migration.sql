-- CreateEnum
CREATE TYPE "PrivacyTopic" AS ENUM ('customers_data_request', 'customers_redact', 'shop_redact');

-- AlterTable
ALTER TABLE "Shop" ADD COLUMN     "historyTrimmed" BOOLEAN NOT NULL DEFAULT false,
ADD COLUMN     "keepMonths" INTEGER,
ADD COLUMN     "keptMonths" INTEGER,
ADD COLUMN     "redactionKey" TEXT;

-- CreateTable
CREATE TABLE "RedactedCustomer" (
    "shop" TEXT NOT NULL,
    "hash" TEXT NOT NULL,

    CONSTRAINT "RedactedCustomer_pkey" PRIMARY KEY ("shop","hash")
);

-- CreateTable
CREATE TABLE "PrivacyRequest" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "shop" TEXT NOT NULL,
    "topic" "PrivacyTopic" NOT NULL,
    "eventId" TEXT NOT NULL,
    "customerId" BIGINT,
    "orderIds" BIGINT[],
    "number" BIGINT,
    "receivedAt" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,
    "doneAt" TIMESTAMPTZ(3),
    "downloadedAt" TIMESTAMPTZ(3),

    CONSTRAINT "PrivacyRequest_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "PrivacyRequest_receivedAt_idx" ON "PrivacyRequest"("receivedAt");

-- CreateIndex
CREATE UNIQUE INDEX "PrivacyRequest_shop_topic_eventId_key" ON "PrivacyRequest"("shop", "topic", "eventId");
