-- CreateTable
CREATE TABLE "Tenant" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL
);

-- CreateTable
CREATE TABLE "Container" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "state" TEXT NOT NULL,
    "wanted" BOOLEAN NOT NULL,
    "restartCount" INTEGER NOT NULL,
    "uidBase" INTEGER NOT NULL,
    "cgroupPath" TEXT NOT NULL,
    "config" TEXT NOT NULL,
    "lease" TEXT,
    "ports" TEXT NOT NULL,
    "run" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "Image" (
    "tenantId" TEXT NOT NULL,
    "id" TEXT NOT NULL,
    "architecture" TEXT NOT NULL,
    "os" TEXT NOT NULL,
    "createdAt" DATETIME,
    "pulledAt" DATETIME NOT NULL,
    "repoDigests" TEXT NOT NULL,
    "config" TEXT NOT NULL,
    "layers" TEXT NOT NULL,

    PRIMARY KEY ("tenantId", "id")
);

-- CreateTable
CREATE TABLE "ImageReference" (
    "tenantId" TEXT NOT NULL,
    "reference" TEXT NOT NULL,
    "imageId" TEXT NOT NULL,

    PRIMARY KEY ("tenantId", "reference"),
    CONSTRAINT "ImageReference_tenantId_imageId_fkey" FOREIGN KEY ("tenantId", "imageId") REFERENCES "Image" ("tenantId", "id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Event" (
    "sequence" BIGINT NOT NULL PRIMARY KEY,
    "tenantId" TEXT NOT NULL,
    "time" DATETIME NOT NULL,
    "action" TEXT NOT NULL,
    "subjectType" TEXT NOT NULL,
    "subjectId" TEXT NOT NULL,
    "subjectName" TEXT NOT NULL,
    "actor" TEXT NOT NULL,
    "attributes" TEXT NOT NULL
);

-- CreateTable
CREATE TABLE "User" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "name" TEXT NOT NULL,
    "role" TEXT NOT NULL,
    "tenantId" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "User_tenantId_fkey" FOREIGN KEY ("tenantId") REFERENCES "Tenant" ("id") ON DELETE RESTRICT ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "ApiToken" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "name" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    CONSTRAINT "ApiToken_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "Session" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "hash" TEXT NOT NULL,
    "createdAt" DATETIME NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    CONSTRAINT "Session_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateTable
CREATE TABLE "SignInLink" (
    "hash" TEXT NOT NULL PRIMARY KEY,
    "userId" TEXT NOT NULL,
    "expiresAt" DATETIME NOT NULL,
    CONSTRAINT "SignInLink_userId_fkey" FOREIGN KEY ("userId") REFERENCES "User" ("id") ON DELETE CASCADE ON UPDATE CASCADE
);

-- CreateIndex
CREATE UNIQUE INDEX "Tenant_name_key" ON "Tenant"("name");

-- CreateIndex
CREATE UNIQUE INDEX "Container_uidBase_key" ON "Container"("uidBase");

-- CreateIndex
CREATE UNIQUE INDEX "Container_tenantId_name_key" ON "Container"("tenantId", "name");

-- CreateIndex
CREATE INDEX "ImageReference_tenantId_imageId_idx" ON "ImageReference"("tenantId", "imageId");

-- CreateIndex
CREATE INDEX "Event_tenantId_sequence_idx" ON "Event"("tenantId", "sequence");

-- CreateIndex
CREATE INDEX "Event_tenantId_time_idx" ON "Event"("tenantId", "time");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_hash_key" ON "ApiToken"("hash");

-- CreateIndex
CREATE UNIQUE INDEX "ApiToken_userId_name_key" ON "ApiToken"("userId", "name");

-- CreateIndex
CREATE UNIQUE INDEX "Session_hash_key" ON "Session"("hash");

-- CreateIndex
CREATE INDEX "Session_expiresAt_idx" ON "Session"("expiresAt");

-- CreateIndex
CREATE INDEX "SignInLink_expiresAt_idx" ON "SignInLink"("expiresAt");
