/** The form of a file's id. They come from servers of any kind, and go into requests and log lines. */
export const FILE_ID = /^[\w-]{1,128}$/;
