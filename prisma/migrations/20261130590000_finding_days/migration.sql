-- CreateTable
CREATE TABLE "FindingDays" (
    "shop" TEXT NOT NULL,
    "from" TEXT NOT NULL,
    "to" TEXT NOT NULL,
    "weeks" INTEGER NOT NULL,
    "series" INTEGER,
    "looked" INTEGER,
    "silence" TEXT,
    "dataVersion" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "FindingDays_pkey" PRIMARY KEY ("shop")
);

-- CreateTable
CREATE TABLE "FindingDay" (
    "shop" TEXT NOT NULL,
    "day" TEXT NOT NULL,
    "kpi" TEXT NOT NULL,
    "segmentation" TEXT,
    "segment" TEXT NOT NULL,
    "told" JSONB NOT NULL,

    CONSTRAINT "FindingDay_pkey" PRIMARY KEY ("shop","day")
);
