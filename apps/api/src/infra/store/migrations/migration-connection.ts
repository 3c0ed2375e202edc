/** A plain connection of its own for migrations: scripts hold many statements, and locks must be held on it throughout. */
export interface MigrationConnection {
  /** Makes Prisma's table where it is missing and keeps other servers out until `close`. */
  open(): Promise<void>;
  applied(): Promise<AppliedMigration[]>;
  /** The script and its record, all or nothing. */
  apply(record: MigrationRecord, script: string): Promise<void>;
  close(): Promise<void>;
}

export interface AppliedMigration {
  readonly name: string;
  readonly checksum: string;
  /** False where Prisma's own tools left one half-done. */
  readonly finished: boolean;
}

export interface MigrationRecord {
  readonly id: string;
  readonly name: string;
  readonly checksum: string;
  readonly startedAt: Date;
}
