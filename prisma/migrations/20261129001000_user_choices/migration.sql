-- CreateTable
CREATE TABLE "UserChoices" (
    "shop" TEXT NOT NULL,
    "userId" BIGINT NOT NULL,
    "choices" JSONB NOT NULL DEFAULT '{}',
    "dismissed" JSONB NOT NULL DEFAULT '[]',
    "updatedAt" TIMESTAMPTZ(3) NOT NULL,

    CONSTRAINT "UserChoices_pkey" PRIMARY KEY ("shop","userId")
);
