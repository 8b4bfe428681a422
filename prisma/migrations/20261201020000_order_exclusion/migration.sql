-- CreateTable
CREATE TABLE "OrderExclusion" (
    "shop" TEXT NOT NULL,
    "tags" TEXT[],
    "channels" TEXT[],
    "chosenAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "OrderExclusion_pkey" PRIMARY KEY ("shop")
);
