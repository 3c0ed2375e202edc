import { fromNative } from '../errors.js';

/** The addon's errors as RuntimeError. */
export async function told<T>(answer: Promise<T>): Promise<T> {
  try {
    return await answer;
  } catch (error) {
    throw fromNative(error);
  }
}
