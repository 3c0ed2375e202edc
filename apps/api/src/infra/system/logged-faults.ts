import { Injectable, Logger } from '@nestjs/common';
import { Faults } from '../../domain/faults.js';

/** Faults of background work, in the server's log. */
@Injectable()
export class LoggedFaults extends Faults {
  private readonly log = new Logger('keelson');

  override report(what: string, error: unknown): void {
    this.log.error(`could not ${what}: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`);
  }
}
