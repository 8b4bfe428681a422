-- AlterTable
ALTER TABLE "ShopCalendar" ADD COLUMN     "weekStart" INTEGER NOT NULL DEFAULT 1,
ADD COLUMN     "yearEnd" TEXT,
ADD COLUMN     "yearPattern" TEXT,
ADD COLUMN     "yearStart" INTEGER NOT NULL DEFAULT 1;
