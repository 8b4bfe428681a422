-- AlterTable
ALTER TABLE "ShopCalendar" ADD COLUMN     "notesProblem" TEXT,
ADD COLUMN     "notesReadAt" TIMESTAMPTZ(3),
ADD COLUMN     "writesNotes" BOOLEAN NOT NULL DEFAULT false;

-- AlterTable
ALTER TABLE "Annotation" ADD COLUMN     "shopifyId" BIGINT,
ADD COLUMN     "written" TEXT;

-- CreateTable
CREATE TABLE "ShopifyAnnotation" (
    "shop" TEXT NOT NULL,
    "shopifyId" BIGINT NOT NULL,
    "fromDay" TEXT NOT NULL,
    "toDay" TEXT NOT NULL,
    "type" TEXT NOT NULL,
    "title" TEXT NOT NULL,
    "description" TEXT NOT NULL,
    "app" TEXT,

    CONSTRAINT "ShopifyAnnotation_pkey" PRIMARY KEY ("shop","shopifyId")
);

-- CreateTable
CREATE TABLE "AnnotationGone" (
    "shop" TEXT NOT NULL,
    "shopifyId" BIGINT NOT NULL,

    CONSTRAINT "AnnotationGone_pkey" PRIMARY KEY ("shop","shopifyId")
);
