-- CreateEnum
CREATE TYPE "AccessKind" AS ENUM ('segments_file', 'members_file', 'customer_file');

-- CreateTable
CREATE TABLE "DataAccess" (
    "id" UUID NOT NULL DEFAULT gen_random_uuid(),
    "shop" TEXT NOT NULL,
    "userId" BIGINT,
    "kind" "AccessKind" NOT NULL,
    "what" TEXT NOT NULL DEFAULT '',
    "at" TIMESTAMPTZ(3) NOT NULL DEFAULT CURRENT_TIMESTAMP,

    CONSTRAINT "DataAccess_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE INDEX "DataAccess_shop_at_idx" ON "DataAccess"("shop", "at");

-- CreateIndex
CREATE INDEX "DataAccess_at_idx" ON "DataAccess"("at");
