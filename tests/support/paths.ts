import { resolve } from 'node:path';

/** The top of the checkout. */
export const CHECKOUT = resolve(import.meta.dirname, '../..');

/** What tests download or build once; ignored by git. */
export const CACHE = resolve(CHECKOUT, '.cache');
