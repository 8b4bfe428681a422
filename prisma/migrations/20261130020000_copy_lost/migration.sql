-- AlterTable
ALTER TABLE "Shop" ADD COLUMN "copyLostAt" TIMESTAMPTZ(3);
