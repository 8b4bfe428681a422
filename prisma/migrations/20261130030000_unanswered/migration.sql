-- AlterTable
ALTER TABLE "Shop" ADD COLUMN "unansweredSince" TIMESTAMPTZ(3);
