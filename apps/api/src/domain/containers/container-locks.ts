import { Injectable } from '@nestjs/common';
import { KeyedLock } from '../keyed-lock.js';

/**
 * One lock for each container, by id. Held for a change of state, never while waiting for a process to end: a container that does
 * not die must not keep others from killing it.
 */
@Injectable()
export class ContainerLocks extends KeyedLock {}
