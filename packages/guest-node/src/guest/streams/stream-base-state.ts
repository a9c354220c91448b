/** Indices of `streamBaseState`. */
export const READ_BYTES_OR_ERROR = 0;
export const ARRAY_BUFFER_OFFSET = 1;
export const BYTES_WRITTEN = 2;
export const LAST_WRITE_WAS_ASYNC = 3;
