-- AlterTable
ALTER TABLE "Shop" ADD COLUMN     "rebuildStartedAt" TIMESTAMPTZ(3);
