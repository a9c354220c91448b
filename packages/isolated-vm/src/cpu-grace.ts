/** CPU time beyond twice the limit that a cell may have used, in milliseconds: where its process is asked, its other threads count. */
export const CPU_GRACE_MS = 500;
