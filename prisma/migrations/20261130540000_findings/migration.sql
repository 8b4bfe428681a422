-- CreateTable
CREATE TABLE "FindingWeek" (
    "shop" TEXT NOT NULL,
    "week" TEXT NOT NULL,
    "days" INTEGER NOT NULL,
    "looked" INTEGER,
    "silence" TEXT,
    "buyers" INTEGER NOT NULL,
    "dataVersion" BIGINT NOT NULL,
    "at" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "FindingWeek_pkey" PRIMARY KEY ("shop","week")
);

-- CreateTable
CREATE TABLE "Finding" (
    "shop" TEXT NOT NULL,
    "week" TEXT NOT NULL,
    "place" INTEGER NOT NULL,
    "kpi" TEXT NOT NULL,
    "segmentation" TEXT,
    "segment" TEXT NOT NULL,
    "told" JSONB NOT NULL,

    CONSTRAINT "Finding_pkey" PRIMARY KEY ("shop","week","place")
);
