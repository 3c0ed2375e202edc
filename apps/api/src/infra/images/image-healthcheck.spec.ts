import { describe, expect, it } from 'vitest';
import { healthcheckOf } from './image-healthcheck.js';

const of = (Test: string[], more: object = {}, Shell: string[] = []) => healthcheckOf({ Healthcheck: { Test, ...more } as never, Shell });

describe('the health check of an image', () => {
  it('takes the program, or the shell’s words with the shell of the image', () => {
    expect(of(['CMD', 'curl', '-f', 'localhost'])?.command).toEqual(['curl', '-f', 'localhost']);
    expect(of(['CMD-SHELL', 'curl -f localhost || exit 1'])?.command).toEqual(['/bin/sh', '-c', 'curl -f localhost || exit 1']);
    expect(of(['CMD-SHELL', 'true'], {}, ['/bin/bash', '-ec'])?.command).toEqual(['/bin/bash', '-ec', 'true']);
  });

  it.each([[[]], [['NONE']], [['CMD']], [['CMD-SHELL', '']], [['WHAT', 'true']]])('is none for %j', (test) => {
    expect(of(test)).toBeNull();
  });

  it('has the defaults of docker where the image gives no time or zero', () => {
    expect(of(['CMD', 'true'], { Interval: 0, Retries: 0 })).toMatchObject({
      intervalSeconds: 30,
      timeoutSeconds: 30,
      retries: 3,
      startPeriodSeconds: 0,
      startIntervalSeconds: 5,
    });
  });

  it('reads nanoseconds and keeps to the bounds of a request', () => {
    const second = 1e9;
    expect(of(['CMD', 'true'], { Interval: 2.5 * second, Timeout: 1, StartPeriod: 1e6 * second, Retries: 5000 })).toMatchObject({
      intervalSeconds: 2.5,
      timeoutSeconds: 0.1,
      startPeriodSeconds: 86_400,
      retries: 1000,
    });
  });
});
