-- CreateTable
CREATE TABLE "ShopCalendar" (
    "shop" TEXT NOT NULL,
    "chosen" JSONB NOT NULL DEFAULT '{}',

    CONSTRAINT "ShopCalendar_pkey" PRIMARY KEY ("shop")
);

-- CreateTable
CREATE TABLE "OwnEvent" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "shop" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "isOn" BOOLEAN NOT NULL,
    "yearly" TEXT,
    "days" TEXT[],

    CONSTRAINT "OwnEvent_pkey" PRIMARY KEY ("id")
);

-- CreateTable
CREATE TABLE "Annotation" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "shop" TEXT NOT NULL,
    "fromDay" TEXT NOT NULL,
    "toDay" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL DEFAULT '',

    CONSTRAINT "Annotation_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "OwnEvent_shop_idx" ON "OwnEvent"("shop");

-- CreateIndex
CREATE INDEX "Annotation_shop_fromDay_idx" ON "Annotation"("shop", "fromDay");
