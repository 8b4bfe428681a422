-- AlterEnum
ALTER TYPE "AccessKind" ADD VALUE 'rows_file';
