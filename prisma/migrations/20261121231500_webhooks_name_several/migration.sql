-- A merge of customers names two.
ALTER TABLE "WebhookEvent" ADD COLUMN "resourceIds" BIGINT[];
UPDATE "WebhookEvent" SET "resourceIds" = ARRAY["resourceId"] WHERE "resourceId" IS NOT NULL;
ALTER TABLE "WebhookEvent" DROP COLUMN "resourceId";
