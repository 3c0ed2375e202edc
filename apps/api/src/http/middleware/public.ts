import { SetMetadata } from '@nestjs/common';

export const IS_PUBLIC = 'keelson:public';

/** A handler that answers everybody. Only what says nothing about anything that runs here. */
export const Public = () => SetMetadata(IS_PUBLIC, true);
