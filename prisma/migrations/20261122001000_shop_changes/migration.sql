-- AlterTable
ALTER TABLE "Shop" ADD COLUMN     "currencyBefore" TEXT,
ADD COLUMN     "currencyChangedAt" TIMESTAMPTZ(3),
ADD COLUMN     "lostScopes" TEXT NOT NULL DEFAULT '',
ADD COLUMN     "lostScopesAt" TIMESTAMPTZ(3),
ADD COLUMN     "pausedFor" TEXT,
ADD COLUMN     "pausedSince" TIMESTAMPTZ(3),
ADD COLUMN     "pausedTries" INTEGER NOT NULL DEFAULT 0,
ADD COLUMN     "pausedUntil" TIMESTAMPTZ(3),
ADD COLUMN     "primaryDomain" TEXT,
ADD COLUMN     "refillFrom" TIMESTAMPTZ(3),
ADD COLUMN     "timeZoneBefore" TEXT,
ADD COLUMN     "timeZoneChangedAt" TIMESTAMPTZ(3);
