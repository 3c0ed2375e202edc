-- DropIndex
DROP INDEX "Container_uidBase_key";
