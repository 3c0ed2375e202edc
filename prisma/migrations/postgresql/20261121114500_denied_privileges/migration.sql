-- AlterTable
ALTER TABLE "Tenant" ADD COLUMN     "deniedPrivileges" TEXT NOT NULL DEFAULT '[]';
