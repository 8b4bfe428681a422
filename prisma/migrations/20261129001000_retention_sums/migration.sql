ALTER TABLE "Shop" ADD COLUMN "keepSums" BOOLEAN NOT NULL DEFAULT true;

-- Their orders were removed when sums were not yet kept: nothing is read again that the merchant had removed, unless asked.
UPDATE "Shop" SET "keepSums" = false WHERE "keepMonths" IS NOT NULL;
